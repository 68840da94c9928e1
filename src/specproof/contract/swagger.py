"""Read a Swagger 2.0 document as OpenAPI 3.0, and remember where everything came from.

Source: Swagger 2.0 (https://spec.openapis.org/oas/v2.0.html); OpenAPI 3.0.4 section 4.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specproof.contract.anatomy import METHODS
from specproof.contract.lines import escape
from specproof.contract.operations import follow
from specproof.contract.origins import Origins
from specproof.contract.styles import COLLECTION_FORMAT

_JSON = "application/json"
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_VALUE = {
    "type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
    "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "enum", "multipleOf",
}  # fmt: skip
_GONE = {
    "swagger",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "definitions",
    "parameters",
    "responses",
}
_GONE |= {"securityDefinitions", "paths"}
_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}
# collectionFormat -> style and explode; tsv has no counterpart, so its name is kept
_STYLES: dict[str, dict[str, Any]] = {
    "csv": {"style": "form", "explode": False},
    "tsv": {"style": "form", "explode": False, COLLECTION_FORMAT: "tsv"},
    "multi": {"style": "form", "explode": True},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
}
DEFINITIONS, SCHEMAS = "#/definitions/", "#/components/schemas/"


def as_openapi_3(document: Mapping[str, Any]) -> tuple[dict[str, Any], Origins]:
    """Return the same API as an OpenAPI 3.0 document, and what leads from its pointers to the original ones.

    Schemas keep their references; parameters and responses are written where they are used. A response
    whose media types nobody names may be anything.
    """
    return _Conversion(document).whole()


class _Conversion:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._origins = Origins()

    def whole(self) -> tuple[dict[str, Any], Origins]:
        """Convert the document."""
        old = self._document
        new = {key: self._schema(value) if key == "x-external" else value for key, value in old.items()}
        new = {key: value for key, value in new.items() if key not in _GONE}
        paths = {p: self._item(p, item) for p, item in _mapping(old.get("paths")).items()}
        schemas = {name: self._schema(node) for name, node in _mapping(old.get("definitions")).items()}
        schemes = {n: self._scheme(n, s) for n, s in _mapping(old.get("securityDefinitions")).items()}
        self._origins.add("#/components/schemas", "#/definitions")
        self._origins.add("#/components/securitySchemes", "#/securityDefinitions")
        components = {"schemas": schemas, "securitySchemes": schemes}
        return {
            "openapi": "3.0.3",
            **new,
            "servers": self._servers(),
            "paths": paths,
            "components": components,
        }, (self._origins)

    def _servers(self) -> list[dict[str, str]]:
        host, base = self._document.get("host"), str(self._document.get("basePath") or "/")
        if not host:
            return [{"url": base}]
        listed = self._document.get("schemes")
        return [{"url": f"{s}://{host}{base}"} for s in (listed if isinstance(listed, list) else ["https"])]

    def _item(self, path: str, raw: Any) -> Any:
        if path.startswith("x-"):
            return raw
        item, at = follow(self._document, raw, f"#/paths/{escape(path)}")
        if not isinstance(item, Mapping):
            return {}
        here = f"#/paths/{escape(path)}"
        if at != here:
            self._origins.add(here, at)
        kept = {key: value for key, value in item.items() if key not in {*METHODS, "parameters", "$ref"}}
        for method in METHODS:
            if isinstance(item.get(method), Mapping):
                kept[method] = self._operation(item, item[method], at, f"{here}/{method}")
        return kept

    def _operation(
        self, item: Mapping[str, Any], raw: Mapping[str, Any], item_at: str, here: str
    ) -> dict[str, Any]:
        at = f"{item_at}/{here.rpartition('/')[2]}"
        said = {
            k: v
            for k, v in raw.items()
            if k not in {"parameters", "responses", "consumes", "produces", "schemes"}
        }
        found: dict[tuple[Any, Any], tuple[Mapping[str, Any], str]] = {}
        for source, base in ((item, item_at), (raw, at)):
            listed = source.get("parameters")
            for index, entry in enumerate(listed if isinstance(listed, list) else ()):
                node, where = follow(self._document, entry, f"{base}/parameters/{index}")
                if isinstance(node, Mapping):
                    found[node.get("name"), node.get("in")] = (node, where)
        plain: list[dict[str, Any]] = []
        form: list[tuple[Mapping[str, Any], str]] = []
        consumes = self._media(raw, "consumes") or [_JSON]
        for (_, location), (node, where) in found.items():
            if location == "body":
                said["requestBody"] = self._body(node, where, consumes, f"{here}/requestBody")
            elif location == "formData":
                form.append((node, where))
            else:
                plain.append(self._parameter(node, where, f"{here}/parameters/{len(plain)}"))
        if form:
            said["requestBody"] = self._form(form, consumes, f"{here}/requestBody")
        if plain:
            said["parameters"] = plain
        produces = self._media(raw, "produces") or ["*/*"]
        said["responses"] = {
            str(status): self._response(
                node, f"{at}/responses/{status}", produces, f"{here}/responses/{status}"
            )
            for status, node in _mapping(raw.get("responses")).items()
        }
        return said

    def _media(self, raw: Mapping[str, Any], key: str) -> list[str]:
        listed = raw.get(key, self._document.get(key))
        return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []

    def _parameter(self, node: Mapping[str, Any], at: str, here: str) -> dict[str, Any]:
        self._origins.add(here, at)
        self._origins.add(f"{here}/schema", at)
        kept = {k: v for k, v in node.items() if k not in _VALUE and k != "collectionFormat"}
        if node.get("in") == "path":
            kept["required"] = True
        return {**kept, "schema": self._value(node), **self._style(node)}

    def _style(self, node: Mapping[str, Any]) -> dict[str, Any]:
        if node.get("type") != "array":
            return {}
        style = _STYLES.get(str(node.get("collectionFormat", "csv")), _STYLES["csv"])
        if node.get("in") in {"path", "header"}:  # only commas there
            return {"style": "simple", "explode": False}
        return style

    def _value(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """Return the schema of a parameter, header or form field."""
        said = {key: value for key, value in node.items() if key in _VALUE}
        if "items" in said:
            said["items"] = self._value(_mapping(said["items"]))
        if said.get("type") == "file":
            said |= {"type": "string", "format": "binary"}
        return said | ({"nullable": True} if node.get("x-nullable") is True else {})

    def _body(self, node: Mapping[str, Any], at: str, media: list[str], here: str) -> dict[str, Any]:
        self._origins.add(here, at)
        schema = self._schema(node.get("schema", {}))
        for name in media:
            self._origins.add(f"{here}/content/{escape(name)}", at)
            self._origins.add(f"{here}/content/{escape(name)}/schema", f"{at}/schema")
        kept = {key: value for key, value in node.items() if key == "description" or key.startswith("x-")}
        required = node.get("required") is True
        return {**kept, "required": required, "content": {name: {"schema": schema} for name in media}}

    def _form(
        self, fields: list[tuple[Mapping[str, Any], str]], media: list[str], here: str
    ) -> dict[str, Any]:
        files = any(node.get("type") == "file" for node, _ in fields)
        listed = [name for name in media if name in {_FORM, _MULTIPART}]
        listed = [_MULTIPART] if files else listed or [_FORM]
        self._origins.add(here, fields[0][1])
        for name in listed:
            for node, at in fields:
                step = escape(str(node.get("name")))
                self._origins.add(f"{here}/content/{escape(name)}/schema/properties/{step}", at)
        required = [node["name"] for node, _ in fields if node.get("required") is True and "name" in node]
        properties = {str(node.get("name")): self._value(node) for node, _ in fields}
        schema = {"type": "object", "properties": properties, **({"required": required} if required else {})}
        encoding = {str(n["name"]): s for n, _ in fields if "name" in n and (s := self._style(n))}
        entry = {"schema": schema, **({"encoding": encoding} if encoding else {})}
        return {"required": bool(required), "content": dict.fromkeys(listed, entry)}

    def _response(self, raw: Any, at: str, media: list[str], here: str) -> Any:
        node, where = follow(self._document, raw, at)
        if not isinstance(node, Mapping):
            return {"description": ""}
        self._origins.add(here, where)
        kept = {k: v for k, v in node.items() if k not in {"schema", "headers", "examples"}}
        kept.setdefault("description", "")
        if headers := _mapping(node.get("headers")):
            kept["headers"] = {name: self._header(_mapping(h)) for name, h in headers.items()}
            for name in headers:
                self._origins.add(f"{here}/headers/{escape(name)}/schema", f"{where}/headers/{escape(name)}")
        if "schema" in node:
            kept["content"] = self._content(node, where, media, here)
        return kept

    def _header(self, node: Mapping[str, Any]) -> dict[str, Any]:
        kept = {key: value for key, value in node.items() if key not in _VALUE and key != "collectionFormat"}
        return {**kept, "schema": self._value(node)}

    def _content(self, node: Mapping[str, Any], at: str, media: list[str], here: str) -> dict[str, Any]:
        schema = node["schema"]
        examples = _mapping(node.get("examples"))
        binary = isinstance(schema, Mapping) and schema.get("type") == "file"
        converted = {"type": "string", "format": "binary"} if binary else self._schema(schema)
        content = {}
        for name in media:
            self._origins.add(f"{here}/content/{escape(name)}", at)
            self._origins.add(f"{here}/content/{escape(name)}/schema", f"{at}/schema")
            example = {"example": examples[name]} if name in examples else {}
            content[name] = {"schema": converted, **example}
        return content

    def _scheme(self, name: str, raw: Any) -> Any:
        node = _mapping(raw)
        self._origins.add(
            f"#/components/securitySchemes/{escape(name)}", f"#/securityDefinitions/{escape(name)}"
        )
        kept = {k: v for k, v in node.items() if k == "description" or k.startswith("x-")}
        if node.get("type") == "basic":
            return {**kept, "type": "http", "scheme": "basic"}
        if node.get("type") != "oauth2":
            return dict(node)
        flow = {key: node[key] for key in ("authorizationUrl", "tokenUrl") if key in node}
        kind = str(node.get("flow"))
        flow["scopes"] = dict(_mapping(node.get("scopes")))
        return {**kept, "type": "oauth2", "flows": {_FLOWS.get(kind, kind): flow}}

    def _schema(self, node: Any, *, names: bool = False) -> Any:
        """Convert a schema and what is inside it; ``names``: its keys are names, not keywords."""
        if isinstance(node, list):
            return [self._schema(child) for child in node]
        if not isinstance(node, Mapping):
            return node
        if names:
            return {name: self._schema(child) for name, child in node.items()}
        if isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            if reference.startswith(DEFINITIONS):
                reference = SCHEMAS + reference.removeprefix(DEFINITIONS)
            return {"$ref": reference}
        data = {"example", "default", "enum"}
        said = {
            key: value if key in data else self._schema(value, names=key == "properties")
            for key, value in node.items()
        }
        if isinstance(said.get("discriminator"), str):
            said["discriminator"] = {"propertyName": said["discriminator"]}
        if said.get("x-nullable") is True:
            said["nullable"] = True
        return said


def _mapping(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}
