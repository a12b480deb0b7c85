"""Reads master data from JSON: what a partner tells about places, products and parties beside the events."""

from functools import partial
from typing import Any

from seriatim.epcis.errors import pointer
from seriatim.epcis.fields import FieldReader, grouped
from seriatim.epcis.model import Attribute, Extensions, Vocabulary, VocabularyElement


def read_vocabularies(fields: FieldReader, parent: dict[str, Any], where: str) -> tuple[Vocabulary, ...]:
    """The `vocabularyList` of an object; empty when it has none."""
    if "vocabularyList" not in parent:
        return ()
    return fields.members(where, "vocabularyList", parent["vocabularyList"], partial(_vocabulary, fields))


def _vocabulary(fields: FieldReader, where: str, index: int, value: Any) -> Vocabulary | None:
    known = _master(fields, where, index, value, {"type"}, {"vocabularyElementList"})
    if known is None:
        return None
    path = f"{where}/{index}"
    kind = fields.uri(path, "type", known["type"]) if "type" in known else None
    listed = known.get("vocabularyElementList", [])
    elements = fields.members(path, "vocabularyElementList", listed, partial(_vocabulary_element, fields))
    return Vocabulary(kind or "", elements)


def _vocabulary_element(fields: FieldReader, where: str, index: int, value: Any) -> VocabularyElement | None:
    known = _master(fields, where, index, value, {"id"}, {"attributes", "children"})
    if known is None:
        return None
    path = f"{where}/{index}"
    name = fields.uri(path, "id", known["id"]) if "id" in known else None
    attributes = fields.members(path, "attributes", known.get("attributes", []), partial(_attribute, fields))
    return VocabularyElement(name or "", attributes, fields.uris(path, "children", known.get("children", [])))


def _attribute(fields: FieldReader, where: str, index: int, value: Any) -> Attribute | None:
    known = _master(fields, where, index, value, {"id"}, {"attribute"})
    if known is None:
        return None
    path = f"{where}/{index}"
    name = fields.uri(path, "id", known["id"]) if "id" in known else None
    content = known.get("attribute")
    if isinstance(content, dict):
        inside = (fields.extension(path + "/attribute", n, v, plain=True) for n, v in content.items())
        nested: Extensions = grouped([one for part in inside for one in part])
        return Attribute(name or "", nested)
    if isinstance(content, list):
        fields.wrong_type(path, "attribute", content, "a text, a number or an object")
        return None
    return Attribute(name or "", content)


def _master(
    fields: FieldReader, where: str, index: int, value: Any, required: set[str], optional: set[str]
) -> dict[str, Any] | None:
    path = f"{where}/{index}"
    if not isinstance(value, dict):
        fields.wrong_type(where, index, value, "an object")
        return None
    for name in required - value.keys():
        fields.found.refuse(f"{path}/{name}", "field_missing", f"{name} is missing: add it")
    for name in value.keys() - required - optional:
        message = f"{name[:80]} is not a field of master data and is dropped"
        fields.found.warn(pointer(path, name), "master_data_field_dropped", message)
    return value
