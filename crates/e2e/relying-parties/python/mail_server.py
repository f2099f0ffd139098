"""A mail server that keeps what it is given as files: aiosmtpd, with TLS and a password.

    mail_server.py PORT tls|starttls CERTIFICATE KEY FOLDER

`auth` signs in with `correct horse`. What stands in the file FOLDER/say is answered to every recipient; `hang` answers
nothing.
"""

import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

port, security, certificate, key, folder = sys.argv[1:]
folder = pathlib.Path(folder)


class Keeper:
    """Writes each mail into a file of its own."""

    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        say = folder / "say"
        words = say.read_text().strip() if say.exists() else ""
        if words == "hang":
            await asyncio.sleep(3600)
        if words:
            return words
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Keeper.count += 1
        place = folder / f"{Keeper.count}.eml"
        unfinished = place.with_suffix(".part")
        unfinished.write_bytes(envelope.content)
        unfinished.rename(place)
        return f"250 kept as {Keeper.count}"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"auth", b"correct horse")
    return AuthResult(success=good, handled=False)


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(certificate, key)
settings = {"authenticator": authenticate, "auth_required": True}
if security == "tls":
    # It is encrypted from the start, which this library does not count as encrypted.
    settings |= {"ssl_context": context, "auth_require_tls": False}
else:
    settings |= {"tls_context": context, "require_starttls": True}
controller = Controller(Keeper(), hostname="127.0.0.1", port=int(port), ready_timeout=60, **settings)
controller.start()
asyncio.new_event_loop().run_forever()
