"""Two relying parties in one Django site, as they come: mozilla-django-oidc and python-social-auth.

Neither sends PKCE, and no setting here asks for it. `/mozilla/` and `/social/` begin; `/whoami` shows who is signed in.
"""

import os
import socket
import tempfile
from wsgiref.simple_server import make_server


def lead_test_names_to_the_proxy() -> None:
    ask = socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        if isinstance(host, str) and host.endswith(".test"):
            return ask("127.0.0.1", int(os.environ["PROXY_PORT"]), *args, **kwargs)
        return ask(host, port, *args, **kwargs)

    socket.getaddrinfo = answer


lead_test_names_to_the_proxy()

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.configure(
    SECRET_KEY="only for this test",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": tempfile.mkdtemp() + "/db"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "mozilla_django_oidc",
        "social_django",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    # In this order: mozilla-django-oidc would take the other one's code.
    AUTHENTICATION_BACKENDS=[
        "social_core.backends.open_id_connect.OpenIdConnectAuth",
        "mozilla_django_oidc.auth.OIDCAuthenticationBackend",
    ],
    LOGIN_REDIRECT_URL="/whoami",
    LOGIN_REDIRECT_URL_FAILURE="/whoami",
    OIDC_RP_CLIENT_ID=os.environ["OIDC_CLIENT_ID"],
    OIDC_RP_CLIENT_SECRET=os.environ["OIDC_CLIENT_SECRET"],
    OIDC_RP_SIGN_ALGO="RS256",
    OIDC_OP_AUTHORIZATION_ENDPOINT=os.environ["OIDC_ISSUER"] + "/authorize",
    OIDC_OP_TOKEN_ENDPOINT=os.environ["OIDC_TOKEN_ENDPOINT"],
    OIDC_OP_USER_ENDPOINT=os.environ["OIDC_USERINFO_ENDPOINT"],
    OIDC_OP_JWKS_ENDPOINT=os.environ["OIDC_JWKS_URI"],
    SOCIAL_AUTH_OIDC_OIDC_ENDPOINT=os.environ["OIDC_ISSUER"],
    SOCIAL_AUTH_OIDC_KEY=os.environ["OIDC_CLIENT_ID"],
    SOCIAL_AUTH_OIDC_SECRET=os.environ["OIDC_CLIENT_SECRET"],
    SOCIAL_AUTH_URL_NAMESPACE="social",
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.shortcuts import redirect  # noqa: E402
from django.urls import include, path  # noqa: E402
from social_core.actions import do_auth  # noqa: E402
from social_django.utils import psa  # noqa: E402


def whoami(request):
    user = request.user
    return JsonResponse({"email": getattr(user, "email", ""), "by": request.session.get("_auth_user_backend", "")})


@psa("social:complete")
def begin_social(request, backend):
    """What the library's button does, as a link."""
    return do_auth(request.backend)


urlpatterns = [
    path("whoami", whoami),
    path("mozilla/", lambda request: redirect("/oidc/authenticate/")),
    path("social/", begin_social, {"backend": "oidc"}),
    path("oidc/", include("mozilla_django_oidc.urls")),
    path("social/", include("social_django.urls", namespace="social")),
]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    make_server("127.0.0.1", int(os.environ["LISTEN_PORT"]), get_wsgi_application()).serve_forever()
