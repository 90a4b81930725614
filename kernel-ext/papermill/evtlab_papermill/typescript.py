"""The source of parameters in TypeScript and JavaScript; the same as that of ``evtlab run``."""

import json
import math
import re

from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

_MAX_SAFE_INTEGER = 2**53 - 1


class TypeScriptTranslator(Translator):
    """One ``let name = value;`` a parameter. JavaScript allows it in a cell after the one that declares the default."""

    NAME = re.compile(r"[^\W\d][\w$]*|[$_][\w$]*")
    DECLARATION = re.compile(
        r"""^(?:export\s+)?(?:let|const|var)\s+(?P<name>[^\W\d][\w$]*|[$_][\w$]*)
            \s*(?::\s*(?P<type>[^=]+?))?
            \s*=\s*(?P<value>(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[^"'`])*?)
            \s*;?\s*(?://\s*(?P<help>.*))?$""",
        re.VERBOSE,
    )

    # For those who read: the type of a default that is a plain literal.
    LITERALS = {
        "string": re.compile(r"""(["'`]).*\1"""),
        "boolean": re.compile(r"true|false"),
        "bigint": re.compile(r"-?[\d_]+n"),
        "number": re.compile(r"-?(?:[\d.][\w.]*(?:[eE][+-]?\d+)?|NaN|Infinity)"),
    }

    # papermill inspects the parameters cell before it translates, so the types that the cell declares are known then.
    _declared_types: dict = {}

    @classmethod
    def translate(cls, val):
        if val is None:
            return "null"
        if isinstance(val, bool):
            return "true" if val else "false"
        if isinstance(val, str):
            return cls.translate_str(val)
        if isinstance(val, int):
            return cls.translate_int(val)
        if isinstance(val, float):
            return cls.translate_float(val)
        if isinstance(val, dict):
            return cls.translate_dict(val)
        if isinstance(val, (list, tuple)):
            return cls.translate_list(val)
        return cls.translate_str(str(val))

    @classmethod
    def translate_str(cls, val):
        # A lone surrogate has no place in UTF-8, so it is escaped, as JSON.stringify does.
        text = json.dumps(str(val), ensure_ascii=False)
        return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match.group()):04x}", text)

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_int(cls, val):
        return str(val) if abs(val) <= _MAX_SAFE_INTEGER else f"{val}n"

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        if val == 0:
            return "-0" if math.copysign(1, val) < 0 else "0"
        return _shortest(val)

    @classmethod
    def translate_list(cls, val):
        return "[" + ", ".join(cls.translate(item) for item in val) + "]"

    @classmethod
    def translate_dict(cls, val):
        def key(name):
            return '["__proto__"]' if name == "__proto__" else cls.translate_str(name)

        return "{" + ", ".join(f"{key(name)}: {cls.translate(field)}" for name, field in val.items()) + "}"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        if not cls.NAME.fullmatch(name):
            raise ValueError(f"parameters: expected a name that is an identifier of TypeScript, got {name!r}.")
        declared = cls._declared_types.get(name)
        return f"let {name}{'' if declared is None else ': ' + declared} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        """The parameters that the cell declares, one on a line; other lines are passed over."""
        found, documentation, is_open = [], "", False
        for line in (text.strip() for text in parameters_cell["source"].split("\n")):
            if is_open or line.startswith("/**"):
                text = re.sub(r"^\*(?!/)", "", re.sub(r"^/\*\*|\*/$", "", line)).strip()
                documentation = f"{documentation if is_open else ''} {text}".strip()
                is_open = not line.endswith("*/")
                continue
            if match := cls.DECLARATION.match(line):
                field = match.groupdict()
                found.append({**field, "help": documentation if field["help"] is None else field["help"].strip()})
            if line:
                documentation = ""
        cls._declared_types = {field["name"]: field["type"] for field in found if field["type"]}
        return [
            Parameter(
                name=field["name"],
                inferred_type_name=field["type"] or cls._literal_type(field["value"]) or "None",
                default=field["value"],
                help=field["help"],
            )
            for field in found
        ]

    @classmethod
    def _literal_type(cls, value):
        return next((name for name, literal in cls.LITERALS.items() if literal.fullmatch(value)), None)


class JavaScriptTranslator(TypeScriptTranslator):
    """The same without types."""

    @classmethod
    def assign(cls, name, str_val):
        cls._declared_types = {}
        return super().assign(name, str_val)


def _shortest(val):
    """A float as JavaScript writes it: 1.0 is 1, exponents are bare and start beyond 1e21 and below 1e-6."""
    text = repr(abs(val))
    mantissa, _, power = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(power or 0)
    significant = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len((whole + fraction).lstrip("0"))
    significant = significant.rstrip("0") or "0"
    size = len(significant)
    if size <= point <= 21:
        shown = significant + "0" * (point - size)
    elif 0 < point <= 21:
        shown = significant[:point] + "." + significant[point:]
    elif -6 < point <= 0:
        shown = "0." + "0" * -point + significant
    else:
        shown = significant[0] + ("." + significant[1:] if size > 1 else "") + f"e{point - 1:+d}"
    return ("-" if val < 0 else "") + shown


papermill_translators.register("typescript", TypeScriptTranslator)
papermill_translators.register("javascript", JavaScriptTranslator)
