//! English.

use super::{Failures, FirstText, Text, Words};

pub static FIRST: FirstText = FirstText {
    language: "en",

    back: "Back",
    close: "Close",
    loading: "Loading",

    search_title: "Connect your bank",
    search_lead: "{} uses this to see your accounts.",
    search_label: "Search for your bank",
    search_clear: "Clear",
    results: "Banks",
    one_result: "1 bank found",
    many_results: "{} banks found",
    no_banks: "There are no banks to choose from right now.",
    nothing_found: "No bank called “{}”",
    nothing_found_hints: [
        "Check the spelling, or type only the first few letters.",
        "Use the bank’s full name instead of its initials.",
        "Look for the name on your card or in your bank’s app.",
    ],
    not_listed: "My bank isn’t in the list",
    unavailable: "Not available right now",
    degraded: "May be slow right now",

    offline: "You’re offline. It goes on by itself as soon as you’re back.",
    unreachable: "We can’t reach the server. Trying again…",
    server_error: "The server has a problem. Trying again…",
    busy: "The server is busy. ",
    too_many: "Too many tries. ",
    trying_in: "Trying again {}…",
    trying: "Trying again…",
    try_now: "Try now",

    linked: "This page was opened by a link. It connects your bank to {}: go on only if you came from there and trust it.",
    linked_by_nobody: "This page was opened by a link. Go on only if you came from an app that you know and trust.",
};

pub static TEXT: Text = Text {
    first: &FIRST,

    cancel: "Cancel",
    r#continue: "Continue",
    done: "Done",

    consent_title: "{} would like to see",
    job_accounts: "Your accounts and balances",
    job_numbers: "Your account numbers",
    job_owner: "Your name and contact details",
    job_transactions: "Your transactions",
    job_history: "Your past transactions",
    job_investments: "Your investments",
    terms: "Terms of {}",
    agree: "Agree and continue",
    decline: "Decline",

    down: Words {
        title: "{} may not work right now",
        lead: "Many people can’t connect it at the moment. This is usually over in a few hours.",
    },
    slow: Words {
        title: "{} may be slow right now",
        lead: "You can go on. It may take longer than usual, or need a second try.",
    },
    connected_already: Words {
        title: "{} is connected already",
        lead: "You don’t need to connect it again, unless you have another login there.",
    },
    go_on_anyway: "Continue anyway",
    connect_again: "Connect it again",

    login_title: "Log in to {}",
    login_safety: "{} never sees your password.",
    login_button: "Log in",
    show_password: "Show password",
    caps_lock: "Caps lock is on.",
    blanks: "There is a space at the beginning or the end.",
    login_refused: "That login didn’t work. Check it and type your password again.",
    setup_safety: "{} never sees what you paste here.",
    setup_refused: "That didn’t work. It may have been used before: get a new one and paste it here.",
    answer_refused: "That answer didn’t work. Log in again to get a new question.",
    not_sent: "Your login could not be sent just now. Type your password again.",
    answer_not_sent: "Your answer could not be sent just now. Please try again.",
    test_bank: "This is a test bank",
    forgot_password: "Forgot your password?",
    forgot_username: "Forgot your username?",
    bank_website: "Go to the website of {}",

    oauth_title: "Log in at {}",
    oauth_lead: "You’ll log in at {}’s own site, then come back here.",
    oauth_button: "Continue to {}",
    oauth_waiting_title: "Finish in the window of {}",
    oauth_waiting_lead: "It is open beside this one. When you’re done there, this page goes on by itself.",
    oauth_closed_title: "Is the window of {} closed?",
    oauth_closed_lead: "If you are still there, carry on: this page goes on by itself. Otherwise open it again.",
    oauth_again: "Open the window again",
    oauth_leaving: "Taking you to {}…",
    oauth_refused: "That login didn’t work. Log in at {} once more.",
    oauth_not_sent: "Your login could not be sent just now. Log in once more.",
    oauth_unseen_lead: "When you’re done there, this page goes on by itself. No window? Open it here.",
    oauth_unseen_here: "When you’re done there, this page goes on by itself. No window? Go on in this one.",
    oauth_link: "Open {}",
    oauth_here: "Continue in this window",

    connecting_title: "Connecting to {}",
    refreshing_title: "{} is connected. Getting the latest data",
    step_login: "Logging in",
    step_accounts: "Finding your accounts",
    step_data: "Getting your data",
    step_done: "done",
    calm: [
        "{} is taking a moment. This is normal.",
        "You can keep this open, it is still working.",
        "Some banks need a minute or two. There is nothing you need to do.",
        "This is taking longer than usual. You can wait, or cancel and try again later.",
    ],

    question_title: "{} has a question for you",
    question_lead: "Your bank asks this to make sure that it’s you.",
    code_title: "Enter the code",
    code_sent_title: "Enter the code we sent to {}",
    device_title: "Where should the code go?",
    approve_title: "Confirm in {}’s app",
    resend: "Send a new code",
    resending: "Sending…",
    resend_later: "You can ask for a new code in a moment.",
    sent_anew: "We asked {} to send a new code.",
    too_late: "The time to answer was over. This is what {} asks now.",
    time_left: "Time left: {}",
    little_time: "30 seconds left",

    nameless: "Account",
    accounts_title: "Choose your accounts",
    accounts_lead: "{} sees only those that you choose.",
    account_title: "Choose an account",
    account_lead: "{} sees only the one that you choose.",
    connect: "Connect",
    choose_one: "Choose at least one account.",
    choice_not_sent: "Your choice could not be sent just now. Please try again.",

    success_title: "{} is connected",
    refreshed_title: "{} is up to date",
    success_lead: "You can go back to {} now.",
    accounts: "Your accounts",

    again_in: "You can try again {}.",
    resend_in: "You can ask for a new code {}.",
    ready_again: "You can try again now.",

    try_again: "Try again",
    edit_login: "Log in again",
    renew_access: "Renew access",
    other_bank: "Choose another bank",
    alternative: "Use another connection to {}",
    leave: "Close",
    leave_to: "Back to {}",
    reference: "Reference: {}",
    ended_title: "Go back to the app",
    ended_lead: "There is nothing more to do here.",

    failures: Failures {
        too_many_attempts: Words {
            title: "{} has refused the login too often",
            lead: "More tries could lock your account. Check your login at your bank’s own site first.",
        },
        user_action_required: Words {
            title: "{} needs you to do something first",
            lead: "Log in at your bank’s own site or app and follow what it asks there. Then come back and try again.",
        },
        temporary_failure: Words {
            title: "{} can’t be reached right now",
            lead: "This is usually over in a few minutes. Your login was not refused.",
        },
        account_locked: Words {
            title: "{} has locked your account",
            lead: "Unlock it at your bank’s own site or app, then try again.",
        },
        no_accounts: Words {
            title: "No account that can be connected",
            lead: "{} has no account behind this login that can be used here. Another login or another bank may have one.",
        },
        institution_unavailable: Words {
            title: "{} can’t be connected right now",
            lead: "The bank is not available for the moment. You can connect another bank and come back to this one later.",
        },
        consent_denied: Words {
            title: "{} was not connected",
            lead: "The access was declined, so nothing was shared.",
        },
        consent_expired: Words {
            title: "Your access to {} has ended",
            lead: "Banks let it last only for a while. Renew it, and everything goes on as before.",
        },
        duplicate_connection: Words {
            title: "{} is connected already",
            lead: "You don’t need to connect it again.",
        },
        oauth_denied: Words {
            title: "You didn’t allow the access",
            lead: "Nothing was shared. To connect {}, log in there again and allow it.",
        },
        oauth_failed: Words {
            title: "{} didn’t answer as expected",
            lead: "Its login page ended with an error. Trying once more often helps.",
        },
        oauth_unavailable: Words {
            title: "The login of {} is not available right now",
            lead: "This is usually over in a few minutes.",
        },
        oauth_expired: Words {
            title: "The login at {} took too long",
            lead: "For your safety we stopped waiting after ten minutes. You can start it again.",
        },
        question_expired: Words {
            title: "The time to answer is over",
            lead: "{} waits only a short while. Try again and it asks anew.",
        },
        delayed: Words {
            title: "{} needs more time",
            lead: "Something didn’t go as planned. We will try again by ourselves within the hour; you don’t need to wait here.",
        },
        provider_error: Words {
            title: "{} didn’t answer as expected",
            lead: "This is not because of anything you typed. Trying once more often helps.",
        },
        unknown_provider: Words {
            title: "This bank can’t be found",
            lead: "It may have been renamed or may not be offered here.",
        },
        unknown_provider_alone: "It may have been renamed or may not be offered here.",
        institution_unavailable_alone: "The bank is not available for the moment. You can come back to it later.",
        no_accounts_alone: "{} has no account behind this login that can be used here. Another login may have one.",
        unknown_institution: Words {
            title: "This connection can’t be found",
            lead: "It may have been removed. You can connect your bank anew.",
        },
        session_expired: Words {
            title: "Your session has ended",
            lead: "For your safety it lasts only a while. Go back to the app and start again.",
        },
        invalid_token: Words {
            title: "This page can’t be opened like this",
            lead: "Go back to the app that you came from and start again.",
        },
        origin_not_allowed: Words {
            title: "This page can’t be opened from here",
            lead: "The site that opened it isn’t registered for this. Nothing was shared.",
        },
        wrong_origin: Words {
            title: "This page can’t be opened like this",
            lead: "The site that opened it gave a wrong address for itself. Its developer can mend that. Nothing was shared.",
        },
        redirect_not_registered: Words {
            title: "This page can’t be opened like this",
            lead: "The address to return to isn’t registered. Nothing was shared.",
        },
        timeout: Words {
            title: "{} hasn’t answered",
            lead: "We waited three minutes and heard nothing new. Trying once more often helps.",
        },
        server: Words {
            title: "Something went wrong on our side",
            lead: "This is not because of anything you typed. Trying once more often helps.",
        },
    },
};
