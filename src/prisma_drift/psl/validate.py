"""Fifth pass: what the schema as a whole must keep to; runs only when every part has been understood.

The order is Prisma's, so that the first error is the same one.
"""

from __future__ import annotations

from .configuration import Configuration
from .criteria import Scope
from .diagnostics import Diagnostics
from .symbols import Symbols
from .validate_composites import validate_composites
from .validate_cycles import Cycles
from .validate_datasource import validate_datasource
from .validate_enums import validate_enums
from .validate_fields import validate_unknown_functions
from .validate_models import validate_model, validate_table_names
from .validate_names import Namespaces
from .validate_relations import validate_relation
from .validate_views import validate_view


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
