"""Fifth pass: what the schema as a whole must keep to; runs only when every part has been understood.

The order is Prisma's, so that the first error is the same one.
"""

from __future__ import annotations

from ..blocks.configuration import Configuration
from ..resolve.symbols import Symbols
from ..syntax.diagnostics import Diagnostics
from .composites import validate_composites
from .criteria import Scope
from .cycles import Cycles
from .datasource import validate_datasource
from .enums import validate_enums
from .fields import validate_unknown_functions
from .models import validate_model, validate_table_names
from .names import Namespaces
from .relations import validate_relation
from .views import validate_view


def validate(symbols: Symbols, configuration: Configuration, diagnostics: Diagnostics) -> None:
    """Report everything that is wrong; native types of fields are filled in on the way."""
    scope = Scope.of(symbols, configuration, diagnostics)
    names = Namespaces(scope)
    validate_composites(scope)
    validate_unknown_functions(scope)
    validate_datasource(scope)
    validate_table_names(scope)
    for model in symbols.tables:
        if not validate_model(model, names, scope):
            return
    for view in symbols.views:
        if not validate_view(view, names, scope):
            return
    validate_enums(scope)
    cycles = Cycles(scope)
    for relation in symbols.relations:
        cycles.check(relation)
        validate_relation(relation, names, scope)
