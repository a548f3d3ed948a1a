"""Drives the SimpleFIN stand-in with simplefin4py, which knows nothing of this project: what it accepts is no imagination of ours.

    python3 -m venv VENV && VENV/bin/pip install -r tests/fakes/clients/requirements.txt
    cargo run -p connect-fakes -- 127.0.0.1:9999
    VENV/bin/python tests/fakes/clients/simplefin.py http://127.0.0.1:9999
"""

import asyncio
import base64
import contextlib
import io
import logging
import re
import sys
import urllib.request

from simplefin4py import SimpleFin
from simplefin4py.exceptions import (
    SimpleFinAuthError,
    SimpleFinClaimError,
    SimpleFinPaymentRequiredError,
)

# The client speaks version 1 of the protocol. It wants fields that the protocol calls optional, so `v1`, which leaves
# some out, is not among these.
EXPECTED = {
    "demo": "accounts: Demo Savings 115525.50 USD, Demo Checking -24.05 USD",
    "empty": "accounts: ",
    "v1-reauthenticate": "accounts: ; errors: You must reauthenticate.",
    "v1-fewer-requests": "accounts: ; errors: Please make fewer requests. "
    "Accounts are only refreshed once every 24 hours.",
    "payment": SimpleFinPaymentRequiredError.__name__,
    "revoked": SimpleFinAuthError.__name__,
    "claim-unknown": SimpleFinClaimError.__name__,
}


async def connect(token):
    try:
        access = await SimpleFin.claim_setup_token(token)
        # It prints what it raises.
        with contextlib.redirect_stdout(io.StringIO()):
            data = await SimpleFin(access).fetch_data()
    except Exception as error:
        return type(error).__name__
    accounts = [f"{each.name} {each.balance} {each.currency}" for each in data.accounts]
    errors = "".join(f"; errors: {error}" for error in data.errors)
    return f"accounts: {', '.join(accounts)}{errors}"


async def main(origin):
    wrong = 0

    def row(name, got, expected):
        nonlocal wrong
        wrong += got != expected
        print(f"{'ok   ' if got == expected else 'WRONG'} {name}: {got}")

    for scenario, expected in EXPECTED.items():
        claim = f"{origin}/simplefin/claim/{scenario}"
        token = base64.b64encode(claim.encode()).decode()
        row(scenario, await connect(token), expected)

    # A token as a person gets it, from the page, and what happens when it is used twice.
    with urllib.request.urlopen(f"{origin}/simplefin/create") as page:
        token = re.search(r'id="demo" [^>]*value="([^"]+)"', page.read().decode())[1]
    row("a token of the page", await connect(token), EXPECTED["demo"])
    row("the same once more", await connect(token), SimpleFinClaimError.__name__)
    return wrong


if __name__ == "__main__":
    # The client writes down everything it gets.
    logging.disable()
    sys.exit(asyncio.run(main(sys.argv[1].rstrip("/"))))
