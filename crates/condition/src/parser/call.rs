use super::Parser;
use crate::build;
use crate::error::did_you_mean;
use crate::function::Function;
use crate::lexer::{Fault, TokenKind, describe};
use crate::pattern::Pattern;
use crate::tree::{Expr, Node, Quantifier, Selection, Test, TypeName};

/// What is written like a function but reads its arguments in its own way.
#[derive(Clone, Copy)]
enum Form {
    Exists,
    HasType,
    Matches,
    Mod,
    Quantified(Quantifier),
    Select(Selection),
    Map { flat: bool },
}

const FORMS: [(&str, Form); 16] = [
    ("exists", Form::Exists),
    ("has", Form::Exists),
    ("hasType", Form::HasType),
    ("matches", Form::Matches),
    ("mod", Form::Mod),
    ("any", Form::Quantified(Quantifier::Any)),
    ("some", Form::Quantified(Quantifier::Any)),
    ("all", Form::Quantified(Quantifier::All)),
    ("none", Form::Quantified(Quantifier::None)),
    ("one", Form::Quantified(Quantifier::One)),
    ("existsOne", Form::Quantified(Quantifier::One)),
    ("exists_one", Form::Quantified(Quantifier::One)),
    ("filter", Form::Select(Selection::Filter)),
    ("count", Form::Select(Selection::Count)),
    ("map", Form::Map { flat: false }),
    ("flatMap", Form::Map { flat: true }),
];

impl Parser {
    /// `name(…)`; the name is read.
    pub(super) fn call(&mut self, name: &str, start: usize) -> Result<Expr, Fault> {
        self.expect("(")?;
        self.arguments(name, None, start)
    }

    /// `receiver.name(…)`: the receiver is the first argument.
    pub(super) fn method(&mut self, name: &str, receiver: Expr) -> Result<Expr, Fault> {
        let start = self.start();
        self.expect("(")?;
        // CEL writes `list.exists(x, …)` for `any(list, …)`; without arguments it is a question.
        if name == "exists" && *self.peek() != TokenKind::Symbol(")") {
            return self.form(
                Form::Quantified(Quantifier::Any),
                name,
                Some(receiver),
                start,
            );
        }
        self.arguments(name, Some(receiver), start)
    }

    fn arguments(&mut self, name: &str, first: Option<Expr>, start: usize) -> Result<Expr, Fault> {
        if let Some((_, form)) = FORMS.iter().find(|(form, _)| *form == name) {
            return self.form(*form, name, first, start);
        }
        let Some(function) = Function::from_name(name) else {
            let known = Function::names().chain(FORMS.iter().map(|(form, _)| *form));
            let hint = did_you_mean(name, known);
            return Err(Fault::new(
                start,
                format!("there is no function `{name}`{hint}"),
            ));
        };
        let mut arguments: Vec<Expr> = first.into_iter().collect();
        arguments.extend(self.list(")")?);
        let (least, most) = function.arity();
        if !(least..=most).contains(&arguments.len()) {
            let wanted = match (least, most) {
                (1, 1) => "one argument".to_owned(),
                _ if least == most => format!("{least} arguments"),
                _ => format!("{least} to {most} arguments"),
            };
            let given = arguments.len();
            return Err(Fault::new(
                start,
                format!("`{name}` takes {wanted}, not {given}"),
            ));
        }
        Ok(Expr::Call {
            function,
            arguments,
        })
    }

    fn form(
        &mut self,
        form: Form,
        name: &str,
        first: Option<Expr>,
        start: usize,
    ) -> Result<Expr, Fault> {
        let subject = if let Some(receiver) = first {
            receiver
        } else {
            let subject = self.expression(0)?;
            self.separator(form)?;
            subject
        };
        let expr = match form {
            Form::Exists => {
                let Expr::Path(path) = subject else {
                    return Err(Fault::new(start, format!("`{name}` takes one variable")));
                };
                build::value(Node::Exists(path))
            }
            Form::HasType => {
                let word = self.text("a type's name in quotes")?;
                let Some(kind) = TypeName::from_name(&word) else {
                    let known: Vec<&str> = TypeName::names().collect();
                    let message = format!("no type `{word}`; there are {}", known.join(", "));
                    return Err(Fault::new(start, message));
                };
                build::value(Node::Test {
                    subject,
                    test: Test::HasType(kind),
                })
            }
            Form::Matches => {
                let pattern = self.text("a pattern in quotes")?;
                let options = if self.eat(",") {
                    self.text("options in quotes")?
                } else {
                    String::new()
                };
                let pattern = Pattern::new(&pattern, &options)
                    .map_err(|message| Fault::new(start, message))?;
                build::value(Node::Test {
                    subject,
                    test: Test::Matches(pattern),
                })
            }
            Form::Mod => {
                let divisor = self.integer()?;
                self.expect(",")?;
                let remainder = self.integer()?;
                if divisor == 0 {
                    return Err(Fault::new(start, "`mod` cannot divide by zero"));
                }
                build::value(Node::Test {
                    subject,
                    test: Test::Mod { divisor, remainder },
                })
            }
            Form::Quantified(quantifier) => {
                let body = Box::new(self.body(Self::clause)?);
                Expr::Condition(Box::new(Node::Quantified {
                    quantifier,
                    list: subject,
                    body,
                }))
            }
            Form::Select(how) => {
                let body = Box::new(self.body(Self::clause)?);
                Expr::Select {
                    how,
                    list: Box::new(subject),
                    body,
                }
            }
            Form::Map { flat } => {
                let body = Box::new(self.body(|parser| parser.expression(0))?);
                Expr::Map {
                    flat,
                    list: Box::new(subject),
                    body,
                }
            }
        };
        self.expect(")")?;
        Ok(expr)
    }

    /// What stands between the first argument and the second: a comma, or a name for the element.
    fn separator(&mut self, form: Form) -> Result<(), Fault> {
        match form {
            Form::Exists => Ok(()),
            Form::Quantified(_) | Form::Select(_) | Form::Map { .. } if self.is_word("as") => {
                Ok(())
            }
            Form::HasType
            | Form::Matches
            | Form::Mod
            | Form::Quantified(_)
            | Form::Select(_)
            | Form::Map { .. } => self.expect(","),
        }
    }

    /// The body of a list function: `# > 5`, `x, x > 5` or `as x, x > 5`.
    fn body<T>(&mut self, read: impl Fn(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        let named = self.is_word("as");
        self.at += usize::from(named);
        let name = match self.word() {
            Some(word) if *self.peek_after(1) == TokenKind::Symbol(",") => Some(word.to_owned()),
            Some(_) | None => None,
        };
        if named && name.is_none() {
            return Err(self.fault("expected a name and a comma after `as`"));
        }
        if name.is_some() {
            self.at += 2;
        }
        self.names.push(name);
        let body = read(self);
        self.names.pop();
        body
    }

    fn text(&mut self, what: &str) -> Result<String, Fault> {
        match self.peek().clone() {
            TokenKind::Text(text) => {
                self.at += 1;
                Ok(text)
            }
            other => Err(self.fault(format!("expected {what}, found {}", describe(&other)))),
        }
    }

    fn integer(&mut self) -> Result<i64, Fault> {
        let start = self.start();
        let expr = self.expression(0)?;
        let integer = if let Expr::Literal(value) = &expr {
            value.as_i64()
        } else {
            None
        };
        integer.ok_or_else(|| Fault::new(start, "expected an integer"))
    }
}
