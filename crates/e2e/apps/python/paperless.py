"""Django with allauth as Paperless-ngx sets them up, from the same variables: its sign-in without its documents.

`/` shows who is signed in, as JSON. `paperless.py admin NAME PASSWORD MAIL` makes an administrator, as its container
does at the start.
"""

import json
import os
import sys
from wsgiref.simple_server import make_server

import django
from django.conf import settings

TRUE = {"1", "true", "yes", "t", "y"}


def is_on(name, default="no"):
    return os.environ.get("PAPERLESS_" + name, default).lower() in TRUE


url = os.environ["PAPERLESS_URL"]
sys.modules["paperless"] = sys.modules[__name__]
settings.configure(
    SECRET_KEY=os.environ["PAPERLESS_SECRET_KEY"],
    ROOT_URLCONF="paperless",
    ALLOWED_HOSTS=["*"],
    CSRF_TRUSTED_ORIGINS=[url],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PAPERLESS_DATA_DIR"] + "/db"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django.contrib.messages",
        "allauth",
        "allauth.account",
        "allauth.socialaccount",
        *os.environ.get("PAPERLESS_APPS", "").split(","),
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    AUTHENTICATION_BACKENDS=[
        "django.contrib.auth.backends.ModelBackend",
        "allauth.account.auth_backends.AuthenticationBackend",
    ],
    LOGIN_REDIRECT_URL="/",
    LOGOUT_REDIRECT_URL=os.environ.get("PAPERLESS_LOGOUT_REDIRECT_URL"),
    ACCOUNT_LOGOUT_ON_GET=True,
    ACCOUNT_EMAIL_VERIFICATION="none",
    ACCOUNT_DEFAULT_HTTP_PROTOCOL=os.environ.get("PAPERLESS_ACCOUNT_DEFAULT_HTTP_PROTOCOL", "https"),
    ACCOUNT_ADAPTER="paperless_adapter.AccountAdapter",
    ACCOUNT_ALLOW_SIGNUPS=is_on("ACCOUNT_ALLOW_SIGNUPS"),
    SOCIALACCOUNT_ADAPTER="paperless_adapter.SocialAccountAdapter",
    SOCIALACCOUNT_ALLOW_SIGNUPS=is_on("SOCIALACCOUNT_ALLOW_SIGNUPS", "yes"),
    SOCIALACCOUNT_AUTO_SIGNUP=is_on("SOCIAL_AUTO_SIGNUP"),
    SOCIALACCOUNT_PROVIDERS=json.loads(os.environ.get("PAPERLESS_SOCIALACCOUNT_PROVIDERS", "{}")),
    DISABLE_REGULAR_LOGIN=is_on("DISABLE_REGULAR_LOGIN"),
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402


def whoami(request):
    user = request.user
    known = {
        "name": user.username,
        "email": getattr(user, "email", ""),
        "full_name": user.get_full_name() if user.is_authenticated else "",
        "superuser": user.is_superuser,
        "accounts": User.objects.count(),
    }
    return JsonResponse(known)


urlpatterns = [path("", whoami, name="base"), path("accounts/", include("allauth.urls"))]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    if sys.argv[1:2] == ["admin"]:
        User.objects.create_superuser(sys.argv[2], password=sys.argv[3], email=sys.argv[4])
    else:
        make_server("127.0.0.1", int(os.environ["PAPERLESS_PORT"]), get_wsgi_application()).serve_forever()
