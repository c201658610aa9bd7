"""The site of the admin, and the kind of page that all its models have."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from designer.web import access

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _ModelAdmin, _TabularInline = admin.ModelAdmin, admin.TabularInline

View = Callable[..., HttpResponseBase]
# What a filter of Django's, or the line of dates, asks of a column.
_LOOKUPS = {"", "exact", "isnull", "gte", "lt", "year", "month", "day"}


class Site(admin.AdminSite):
    """The admin of this designer. Each of its routes declares its rule as all others do (access.py), so that there is
    one way to sign in: ours, which leads back here."""

    site_title = "Pod Pattern Designer"
    site_header = "Pod Pattern Designer"
    index_title = "Administration"
    enable_nav_sidebar = True
    # Which models stand together, in this order.
    groups: dict[str, list[type[Model]]]

    def __init__(self) -> None:
        super().__init__()
        self.groups = {}

    def put(self, group: str, model: type[Model], how: type[Shown]) -> None:
        """Register a model, in a group of the index."""
        self.register(model, how)
        self.groups.setdefault(group, []).append(model)

    def called(self, model: type[Model]) -> str:
        """What a model's list is called."""
        shown = self._registry[model]
        return shown.called if isinstance(shown, Shown) else ""

    def has_permission(self, request: HttpRequest) -> bool:
        return operator(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The index and two pages a model. Signing in and out and passwords are ours; there is no page that adds,
        changes or deletes."""
        routes: list[URLPattern | URLResolver] = [
            path("", require_GET(self.rule(self.index)), name="index"),
            path("jsi18n/", require_GET(self.rule(self.i18n_javascript, cacheable=True)), name="jsi18n"),
        ]
        for model, shown in self._registry.items():
            names = model._meta
            routes.append(path(f"{names.app_label}/{names.model_name}/", include(shown.get_urls())))
        return routes

    def rule(self, view: View, *, cacheable: bool = False) -> View:
        """The view for administrators only; in local mode it is not there."""

        def inner(request: access.Request, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if settings.LOCAL_MODE:
                raise Http404
            return self.admin_view(view, cacheable)(request, *args, **kwargs)

        return access.administrator(update_wrapper(inner, view))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The groups, as Django's templates read apps."""
        return [
            {
                "name": group,
                "app_label": group.lower().replace(" ", "-"),
                "app_url": reverse("admin:index"),
                "has_module_perms": True,
                "models": [self._listed(model) for model in models],
            }
            for group, models in self.groups.items()
        ]

    def _listed(self, model: type[Model]) -> dict[str, Any]:
        names = model._meta
        return {
            "model": model,
            "name": self.called(model),
            "object_name": names.object_name,
            "perms": {"add": False, "change": False, "delete": False, "view": True},
            "admin_url": reverse(f"admin:{names.app_label}_{names.model_name}_changelist"),
            "add_url": None,
            "view_only": True,
        }


def operator(request: HttpRequest) -> bool:
    """Whether the person may look here: an administrator who is not deactivated."""
    person = request.user
    return isinstance(person, User) and person.is_active and person.is_superuser


site = Site()


class _ReadOnly:
    """Nobody adds, changes or deletes, whatever permissions the account has."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return operator(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Shown(_ReadOnly, _ModelAdmin):
    """A model that is looked at: a list with a page for each row. `fields` are all that its page shows, `called` is
    what the list is called.

    What grows without end is filtered by date, and only the rest has a line of dates (`date_hierarchy`): that looks at
    every row of the table, each time."""

    called: str
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False

    def get_urls(self) -> list[URLPattern]:
        names = f"{self.opts.app_label}_{self.opts.model_name}"
        known = require_http_methods(["GET", "POST"]) if self.actions else require_GET
        return [
            path("", known(site.rule(self._listed)), name=f"{names}_changelist"),
            path("<int:object_id>/change/", require_GET(site.rule(self._opened)), name=f"{names}_change"),
        ]

    def _listed(self, request: HttpRequest) -> HttpResponseBase:
        return self.changelist_view(request, {"title": self.called, "called": self.called})

    def _opened(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        found = self.get_object(request, str(object_id))
        if found is None:
            raise Http404
        return self.change_view(request, str(object_id), "", {"title": found, "subtitle": None, "called": self.called})

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the page itself filters by. Django takes any column of the model from the address, and those of the
        models it leads to: by it the hash of a password, or a text, could be asked for letter by letter."""
        column, _, how = lookup.partition("__")
        named: set[Any] = {self.date_hierarchy}
        for one in self.list_filter:
            named.add(one.parameter_name if isinstance(one, type) and issubclass(one, Choice) else one)
        return column in named and how in _LOOKUPS

    @property
    def media(self) -> forms.Media:
        """Less than Django's: nothing is typed here, so jQuery and what stands on it are not needed."""
        return forms.Media(js=["admin/js/actions.js"])


class Rows(_ReadOnly, _TabularInline):
    """Rows of another model on a model's page."""

    extra = 0
    can_delete = False

    @property
    def media(self) -> forms.Media:
        return forms.Media()


class Choice(admin.SimpleListFilter):
    """A filter by a condition, which a row meets or does not; `words` are for the one and for the other."""

    condition: Q
    words: tuple[str, str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", self.words[0]), ("no", self.words[1])]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.value()
        if asked is None:
            return queryset
        return queryset.filter(self.condition) if asked == "yes" else queryset.exclude(self.condition)
