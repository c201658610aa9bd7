from django.urls import include, path

urlpatterns = [path("", include("designer.web.urls"))]
