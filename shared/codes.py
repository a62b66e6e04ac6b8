"""Codes that callers send: each list is a mapping of code to meaning, published by `GET /v1/codes`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

Codes = Mapping[str, str]


@dataclass(frozen=True)
class CodeOf:
    """`Annotated[str, CodeOf("concerns", CONCERNS)]`: text that is one of the codes of that list."""

    name: str
    codes: Codes

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self._known, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "enum": list(self.codes)}

    def __hash__(self) -> int:
        return hash(self.name)

    def _known(self, code: str) -> str:
        if code not in self.codes:
            raise PydanticCustomError(
                "unknown_code", "This is not a code of the list {name} (GET /v1/codes)", {"name": self.name}
            )
        return code
