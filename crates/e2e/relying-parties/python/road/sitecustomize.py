"""Loaded by every Python program of a test before its own code: names under .test lead to the test's proxy."""

import os
import socket

ask = socket.getaddrinfo


def answer(host, port, *args, **kwargs):
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and name.endswith(".test"):
        return ask("127.0.0.1", int(os.environ["PROXY_PORT"]), *args, **kwargs)
    return ask(host, port, *args, **kwargs)


socket.getaddrinfo = answer
