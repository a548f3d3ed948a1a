"""What schemathesis cannot know of its own: which refusals are about what the server has, not about the request."""

import schemathesis

# The beginnings of what is told when a request has the right form and still asks for something that is not there.
ABOUT_WHAT_IS_THERE = (
    # No schema compares two fields of a body, or knows what a URL parser takes for an address.
    "consent.reasons[",
    "consent.terms_url must",
    "origin must be ",
    "redirect_uri and oauth_redirect_uri must be absolute URLs",
    "redirect_uri must",
    "targetOrigin must be",
    "webhook must be",
    "credentials.",
    "selected_accounts must be ids",
    "connectionId is no connection",
    "existing_link_id is no connection",
    "cursor must be the `next`",
)


@schemathesis.check
def what_the_contract_allows_is_refused_only_for_what_is_there(ctx, response, case):
    """`positive_data_acceptance` looks at the status alone, and these statuses have several reasons."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code not in (400, 413, 415, 422):
        return
    if "json" not in response.headers.get("content-type", [""])[0]:
        return
    problem = response.json()
    told = problem.get("detail", "")
    # 500 names of 256 characters are allowed, and too many for 64 KiB.
    form = problem["code"] in ("invalid_request", "malformed_json")
    assert not form or told.startswith(ABOUT_WHAT_IS_THERE), f"refused for its form: {told}"
