"""A relying party that signs people in with Authlib and Flask, as an app's developer would write it.

Settings come from the environment; `/` begins, the callback shows what was learned, as JSON.
"""

import os
import secrets
import socket
from urllib.parse import urlsplit

from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify
from werkzeug.exceptions import HTTPException

ISSUER = os.environ["OIDC_ISSUER"]
REDIRECT_URI = os.environ["OIDC_REDIRECT_URI"]


def lead_test_names_to_the_proxy() -> None:
    """Every *.test name leads to the test's proxy, as in the browser."""
    ask = socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        if isinstance(host, str) and host.endswith(".test"):
            return ask("127.0.0.1", int(os.environ["PROXY_PORT"]), *args, **kwargs)
        return ask(host, port, *args, **kwargs)

    socket.getaddrinfo = answer


lead_test_names_to_the_proxy()

app = Flask("relying_party")
app.secret_key = secrets.token_hex()
provider = OAuth(app).register(
    "provider",
    client_id=os.environ["OIDC_CLIENT_ID"],
    client_secret=os.environ["OIDC_CLIENT_SECRET"],
    server_metadata_url=os.environ["OIDC_DISCOVERY_URL"],
    client_kwargs={"scope": os.environ["OIDC_SCOPES"] + " offline_access", "code_challenge_method": "S256"},
)


@app.get("/")
def begin():
    return provider.authorize_redirect(REDIRECT_URI)


@app.get(urlsplit(REDIRECT_URI).path)
def finish():
    token = provider.authorize_access_token()
    claims = dict(token["userinfo"])
    userinfo = dict(provider.userinfo(token=token))
    refreshed = None
    if "refresh_token" in token:
        again = provider.fetch_access_token(grant_type="refresh_token", refresh_token=token["refresh_token"])
        provider.userinfo(token=again)
        refreshed = True
    return jsonify(library="Authlib", claims=claims, userinfo=userinfo, refreshed=refreshed)


@app.errorhandler(Exception)
def fail(error):
    if isinstance(error, HTTPException):
        return error
    app.logger.exception("the sign-in failed")
    return jsonify(error=f"{type(error).__name__}: {error}"), 500


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["LISTEN_PORT"]), threaded=True)
