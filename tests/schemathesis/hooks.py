"""What a JSON Schema cannot say, or the generator cannot make, of two headers."""

import json
import re
import uuid

import schemathesis

KEY = re.compile(r"[!#-~]{1,255}")
TAG = re.compile(r'\*|(W/)?"[!#-~]*"')


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers or {}
    key = headers.get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        # A key names one request: no client draws the same one again for another.
        headers["Idempotency-Key"] = str(uuid.uuid4())
    tag = headers.get("If-Match")
    positive = case.meta and case.meta.generation.mode.is_positive
    if positive and tag is not None and not TAG.fullmatch(tag):
        # The coverage phase makes letters and digits only, whatever the pattern demands.
        headers["If-Match"] = '"1"'


@schemathesis.serializer("application/x-ndjson")
def ndjson(context, value):
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogatepass")
