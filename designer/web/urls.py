"""Every route. Each view declares who may call it (access.py); a test walks this list."""

from django.urls import path

from designer.web.views import apply, assist, designer, history, home, presets, weave, yaml

urlpatterns = [
    path("", home.home, name="home"),
    path("new/", home.new, name="new"),
    path("import/", home.import_, name="import"),
    path("help/", designer.help_, name="help"),
    path("designs/<int:pk>/", designer.design, name="design"),
    path("designs/<int:pk>/duplicate/", home.duplicate, name="duplicate"),
    path("designs/<int:pk>/delete/", home.delete, name="delete"),
    path("designs/<int:pk>/restore/", home.restore, name="restore"),
    path("designs/<int:pk>/inspect/", designer.inspect, name="inspect"),
    path("designs/<int:pk>/describe/", designer.describe, name="describe"),
    path("designs/<int:pk>/edit/<slug:verb>", designer.edit, name="edit"),
    path("designs/<int:pk>/undo/", designer.undo, name="undo"),
    path("designs/<int:pk>/redo/", designer.redo, name="redo"),
    path("designs/<int:pk>/fix/", designer.fix, name="fix"),
    path("designs/<int:pk>/rename/", designer.rename, name="rename"),
    path("designs/<int:pk>/history/", history.history, name="history"),
    path("designs/<int:pk>/history/compare/", history.compare, name="compare"),
    path("designs/<int:pk>/history/<int:number>/", history.change, name="change"),
    path("designs/<int:pk>/history/<int:number>/lines/", history.lines, name="revision-lines"),
    path("designs/<int:pk>/history/<int:number>/name/", history.name, name="name-revision"),
    path("designs/<int:pk>/history/<int:number>/restore/", history.restore, name="restore-revision"),
    path("designs/<int:pk>/version/", designer.version, name="version"),
    path("designs/<int:pk>/yaml/", yaml.yaml, name="yaml"),
    path("designs/<int:pk>/complete/", assist.complete, name="complete"),
    path("designs/<int:pk>/hover/", assist.hover, name="hover"),
    path("designs/<int:pk>/download/", yaml.download, name="download"),
    path("designs/<int:pk>/paste/", yaml.paste, name="paste"),
    path("designs/<int:pk>/import/", yaml.import_into, name="import-into"),
    path("designs/<int:pk>/weave/<slug:preset>/", weave.weave_preset, name="weave"),
    path("designs/<int:pk>/unweave/<int:number>/", weave.unweave_preset, name="unweave"),
    path("designs/<int:pk>/presets/save/", presets.save_preset, name="save-preset"),
    path("designs/<int:pk>/presets/<slug:preset>/delete/", presets.delete_preset, name="delete-preset"),
    path("designs/<int:pk>/apply/", apply.apply, name="apply"),
    path("designs/<int:pk>/apply/namespaces/", apply.namespaces, name="namespaces"),
    path("designs/<int:pk>/apply/<int:run>/", apply.run, name="run"),
]
