from django.urls import include, path

from designer.web.admin import site

urlpatterns = [path("admin/", site.urls), path("", include("designer.web.urls"))]

# django-allauth answers with this where a rate limit is reached.
handler429 = "designer.web.views.accounts.too_many_requests"
