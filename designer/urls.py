from django.urls import include, path

urlpatterns = [path("", include("designer.web.urls"))]

# django-allauth answers with this where a rate limit is reached.
handler429 = "designer.web.views.accounts.too_many_requests"
