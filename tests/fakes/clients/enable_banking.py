"""Drives the Enable Banking stand-in with enablebanking_sdk, which knows nothing of this project: what it accepts is no imagination of ours.

    python3 -m venv VENV && VENV/bin/pip install -r tests/fakes/clients/enable_banking.txt
    cargo run -p connect-fakes -- 127.0.0.1:9998 https://app.example/back
    VENV/bin/python tests/fakes/clients/enable_banking.py http://127.0.0.1:9998
"""

import datetime
import pathlib
import sys
import urllib.parse
import urllib.request

from enablebanking_sdk.constants import PSUType
from enablebanking_sdk.exceptions import EnableBankingException
from enablebanking_sdk.models import AspspData
from enablebanking_sdk.service import EnableBankingIntegration, EnableBankingService

KEYS = pathlib.Path(__file__).parent.parent / "keys"
APPLICATION = "cf589be3-3755-465b-a8df-a90a16a31403"
CALLBACK = "https://app.example/back"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def client(origin, key="enable_banking.pem", application=APPLICATION, lifespan=3600):
    certificate = (KEYS / key).read_text()
    return EnableBankingService(
        EnableBankingIntegration(
            f"{origin}/enable-banking", application, certificate, lifespan
        )
    )


def press(page, choice):
    """A button of the bank's page; what comes back in the address."""
    split = urllib.parse.urlsplit(page)
    form = dict(urllib.parse.parse_qsl(split.query), choice=choice)
    action = split._replace(query="").geturl()
    try:
        data = urllib.parse.urlencode(form).encode()
        urllib.request.build_opener(NoRedirect).open(action, data)
    except urllib.error.HTTPError as redirect:
        back = redirect.headers["location"]
        assert back.startswith(f"{CALLBACK}?"), back
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
    raise AssertionError("the page did not send back")


def said(call):
    """What a call is refused with."""
    try:
        return call() or "OK"
    except EnableBankingException as refusal:
        body = refusal.response.json()
        return f"{refusal.response.status_code} {body['error']}"


def main(origin):
    wrong = 0

    def row(name, got, expected):
        nonlocal wrong
        wrong += got != expected
        print(f"{'ok   ' if got == expected else 'WRONG'} {name}: {got}")

    service = client(origin)
    banks = {
        (bank.country, bank.name): bank
        for country in ("FI", "DE", "SE")
        for bank in service.get_aspsps(country, PSUType.PERSONAL)
    }
    row("banks", len(banks), 20)
    row("a beta bank", banks["FI", "Mock Beta"].beta, True)

    def start(bank, redirect_url=CALLBACK, margin=300):
        # The client asks for exactly the longest time, which no clock takes.
        longest = bank.maximum_consent_validity - margin
        return service.start_user_session(
            aspsp=AspspData(**{**bank.model_dump(), "maximum_consent_validity": longest}),
            state="state of the app",
            redirect_url=redirect_url,
            psu_type=PSUType.PERSONAL,
            psu_id="1234567890",
            language="fi",
        )

    bank = banks["FI", "Mock ASPSP"]
    back = press(start(bank).url, "allow")
    row("the state comes back", back["state"], "state of the app")
    session = service.authorize_user_session(back["code"])
    kinds = [account.cash_account_type for account in session.accounts]
    row("accounts", ", ".join(kinds), "CACC, SVGS, CARD")
    account = session.accounts[0]
    balances = service.get_account_balances(account.uid).balances
    amounts = ", ".join(f"{it.balance_type.value} {it.balance_amount.amount}" for it in balances)
    row("balances", amounts, "ITAV 1200.0, CLBD 1234.56")
    row("details", service.get_account_details(account.uid).currency, "EUR")
    some = {"Psu-Ip-Address": "203.0.113.7"}
    every = {**some, "Psu-User-Agent": "Firefox"}
    row(
        "some of the bank's headers",
        said(lambda: service.get_account_balances(account.uid, some)),
        "422 PSU_HEADER_NOT_PROVIDED",
    )
    row("all of them", len(service.get_account_balances(account.uid, every).balances), 2)
    row(
        "the code once more",
        said(lambda: service.authorize_user_session(back["code"])),
        "422 ALREADY_AUTHORIZED",
    )
    again = service.authorize_user_session(press(start(bank).url, "allow")["code"])
    same = [it.identification_hash for it in again.accounts] == [
        it.identification_hash for it in session.accounts
    ]
    row("the same hashes after a renewal", same, True)
    row("other uids", again.accounts[0].uid != account.uid, True)
    row("the old session is ended", said(lambda: service.delete_user_session(session.session_id, every)), "OK")
    row(
        "and has no balances any more",
        said(lambda: service.get_account_balances(account.uid)),
        "422 CLOSED_SESSION",
    )
    row("deny", press(start(bank).url, "deny")["error"], "access_denied")
    late = press(start(bank).url, "late")["code"]
    row("too late", said(lambda: service.authorize_user_session(late)), "422 EXPIRED_AUTHORIZATION_CODE")
    row("another address", said(lambda: start(bank, f"{CALLBACK}/")), "422 REDIRECT_URI_NOT_ALLOWED")
    row("too long a consent", said(lambda: start(bank, margin=-60)), "422 WRONG_REQUEST_PARAMETERS")
    row("a bank that fails", said(lambda: start(banks["DE", "Mock Shut"])), "500 ASPSP_ERROR")
    busy = service.authorize_user_session(press(start(banks["DE", "Mock Busy"]).url, "allow")["code"])
    row(
        "a bank that counts calls",
        said(lambda: service.get_account_balances(busy.accounts[0].uid)),
        "429 ASPSP_RATE_LIMIT_EXCEEDED",
    )
    for name, other in {
        "a strange key": client(origin, key="enable_banking_strange.pem"),
        "another application": client(origin, application="another"),
        "a token for more than a day": client(origin, lifespan=86_401),
        "a token of yesterday": client(origin, lifespan=-1),
    }.items():
        refused = said(lambda: other.get_aspsps("FI", PSUType.PERSONAL))
        row(name, refused, "401 UNAUTHORIZED_ACCESS")
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
