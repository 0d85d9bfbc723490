//! Process templates.

use super::{Stored, json_text, search_text};
use crate::schema::template;
use blueprint::{Blueprint, NewTemplate, Template, TemplateId, TemplateType};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use kernel::{Actor, StoreError, TenantId, to_millis};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = template, check_for_backend(Sqlite, Pg))]
pub(crate) struct TemplateRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) version: String,
    pub(crate) template_type: String,
    pub(crate) process_steps: String,
    pub(crate) variables: String,
    pub(crate) settings: String,
    pub(crate) graph_spec: Option<String>,
    pub(crate) is_active: bool,
    pub(crate) is_public: bool,
    pub(crate) usage_count: i64,
    pub(crate) created_by: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) revision: i64,
}

/// What a client may say of a template.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = template, treat_none_as_null = true)]
pub(crate) struct TemplateContentRow {
    pub(crate) name: String,
    search_text: String,
    description: String,
    pub(crate) version: String,
    template_type: &'static str,
    process_steps: String,
    variables: String,
    settings: String,
    graph_spec: Option<String>,
    is_active: bool,
    is_public: bool,
    updated_at: i64,
    revision: i64,
}

impl TemplateContentRow {
    fn of(
        content: &Blueprint,
        (is_active, is_public): (bool, bool),
        updated_at: DateTime<Utc>,
        revision: i64,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            name: content.name.clone(),
            search_text: search_text(&content.name, &content.description),
            description: content.description.clone(),
            version: content.version.to_string(),
            template_type: content.template_type.as_str(),
            process_steps: json_text(&content.process_steps)?,
            variables: json_text(&content.variables)?,
            settings: json_text(&content.settings)?,
            graph_spec: content.graph_spec.as_ref().map(json_text).transpose()?,
            is_active,
            is_public,
            updated_at: to_millis(updated_at),
            revision,
        })
    }

    /// The row that replaces the stored one.
    pub(crate) fn changed(template: &Template) -> Result<Self, StoreError> {
        let flags = (template.is_active, template.is_public);
        Self::of(
            &template.content,
            flags,
            template.updated_at,
            template.revision,
        )
    }
}

/// A new template.
#[derive(Debug, Insertable)]
#[diesel(table_name = template)]
pub(crate) struct NewTemplateRow {
    pub(crate) tenant_id: i64,
    #[diesel(embed)]
    pub(crate) content: TemplateContentRow,
    usage_count: i64,
    created_by: String,
    created_at: i64,
}

impl NewTemplateRow {
    pub(crate) fn new(
        actor: &Actor,
        new: &NewTemplate,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let flags = (new.is_active, new.is_public);
        Ok(Self {
            tenant_id: actor.tenant.0,
            content: TemplateContentRow::of(&new.content, flags, now, 1)?,
            usage_count: 0,
            created_by: actor.user.clone(),
            created_at: to_millis(now),
        })
    }
}

impl TryFrom<TemplateRow> for Template {
    type Error = StoreError;

    fn try_from(row: TemplateRow) -> Result<Self, StoreError> {
        let stored = Stored {
            entity: "template",
            id: row.id,
        };
        Ok(Self {
            id: TemplateId(row.id),
            owner: TenantId(row.tenant_id),
            content: Blueprint {
                version: row
                    .version
                    .parse()
                    .map_err(|error: semver::Error| stored.corrupt(error))?,
                template_type: stored.choice(&row.template_type, TemplateType::parse)?,
                process_steps: stored.json(&row.process_steps)?,
                variables: stored.json(&row.variables)?,
                settings: stored.json(&row.settings)?,
                graph_spec: row.graph_spec.map(|text| stored.json(&text)).transpose()?,
                name: row.name,
                description: row.description,
            },
            is_active: row.is_active,
            is_public: row.is_public,
            usage_count: row.usage_count,
            created_at: stored.instant(row.created_at)?,
            updated_at: stored.instant(row.updated_at)?,
            revision: row.revision,
            created_by: row.created_by,
        })
    }
}
