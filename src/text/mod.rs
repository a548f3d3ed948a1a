//! All words that users read. A missing text is a compile error. Knows no flow.

mod en;

use std::ops::Deref;

/// The texts of the first screens in one language; `{}` stands for the bank's, the client's or another name.
pub struct FirstText {
    /// The BCP 47 code.
    pub language: &'static str,

    pub back: &'static str,
    pub close: &'static str,
    pub loading: &'static str,

    pub search_title: &'static str,
    pub search_lead: &'static str,
    pub search_label: &'static str,
    pub search_clear: &'static str,
    pub results: &'static str,
    pub one_result: &'static str,
    pub many_results: &'static str,
    pub no_banks: &'static str,
    pub nothing_found: &'static str,
    pub nothing_found_hints: [&'static str; 3],
    pub not_listed: &'static str,
    pub unavailable: &'static str,
    pub degraded: &'static str,

    pub offline: &'static str,
    pub unreachable: &'static str,
    pub server_error: &'static str,
    /// What is in the way; the time follows.
    pub busy: &'static str,
    pub too_many: &'static str,
    /// For `{}` "in 4 minutes" is put, in this language.
    pub trying_in: &'static str,
    pub trying: &'static str,
    pub try_now: &'static str,

    /// A page that stands alone, of the app of this name.
    pub linked: &'static str,
    pub linked_by_nobody: &'static str,
}

/// All texts: those of the first screens, and those that come with the later part of the program.
pub struct Text {
    pub first: &'static FirstText,

    pub cancel: &'static str,
    pub r#continue: &'static str,
    pub done: &'static str,

    pub consent_title: &'static str,
    pub job_accounts: &'static str,
    pub job_numbers: &'static str,
    pub job_owner: &'static str,
    pub job_transactions: &'static str,
    pub job_history: &'static str,
    pub job_investments: &'static str,
    pub terms: &'static str,
    pub agree: &'static str,
    pub decline: &'static str,

    pub down: Words,
    pub slow: Words,
    pub connected_already: Words,
    pub go_on_anyway: &'static str,
    pub connect_again: &'static str,

    pub login_title: &'static str,
    pub login_safety: &'static str,
    pub login_button: &'static str,
    pub show_password: &'static str,
    /// Under a password.
    pub caps_lock: &'static str,
    /// Under a field with blanks around what was typed.
    pub blanks: &'static str,
    pub login_refused: &'static str,
    /// The two where something is pasted that is to be had elsewhere.
    pub setup_safety: &'static str,
    pub setup_refused: &'static str,
    pub answer_refused: &'static str,
    pub not_sent: &'static str,
    pub answer_not_sent: &'static str,
    pub test_bank: &'static str,
    pub forgot_password: &'static str,
    pub forgot_username: &'static str,
    pub bank_website: &'static str,

    pub oauth_title: &'static str,
    pub oauth_lead: &'static str,
    pub oauth_button: &'static str,
    pub oauth_waiting_title: &'static str,
    pub oauth_waiting_lead: &'static str,
    pub oauth_closed_title: &'static str,
    pub oauth_closed_lead: &'static str,
    pub oauth_again: &'static str,
    pub oauth_leaving: &'static str,
    pub oauth_refused: &'static str,
    pub oauth_not_sent: &'static str,
    pub oauth_unseen_lead: &'static str,
    pub oauth_unseen_here: &'static str,
    pub oauth_link: &'static str,
    pub oauth_here: &'static str,

    pub connecting_title: &'static str,
    pub refreshing_title: &'static str,
    pub step_login: &'static str,
    pub step_accounts: &'static str,
    pub step_data: &'static str,
    pub step_done: &'static str,
    /// After 10 s, 30 s, 1 min and 2 min.
    pub calm: [&'static str; 4],

    pub question_title: &'static str,
    pub question_lead: &'static str,
    pub code_title: &'static str,
    pub code_sent_title: &'static str,
    pub device_title: &'static str,
    pub approve_title: &'static str,
    pub resend: &'static str,
    pub resending: &'static str,
    pub resend_later: &'static str,
    pub sent_anew: &'static str,
    pub too_late: &'static str,
    pub time_left: &'static str,
    pub little_time: &'static str,

    pub nameless: &'static str,
    pub accounts_title: &'static str,
    pub accounts_lead: &'static str,
    pub account_title: &'static str,
    pub account_lead: &'static str,
    pub connect: &'static str,
    pub choose_one: &'static str,
    pub choice_not_sent: &'static str,

    pub success_title: &'static str,
    pub refreshed_title: &'static str,
    pub success_lead: &'static str,
    pub accounts: &'static str,

    pub again_in: &'static str,
    pub resend_in: &'static str,
    pub ready_again: &'static str,

    pub try_again: &'static str,
    pub edit_login: &'static str,
    pub renew_access: &'static str,
    pub other_bank: &'static str,
    pub alternative: &'static str,
    pub leave: &'static str,
    pub leave_to: &'static str,
    pub reference: &'static str,
    pub ended_title: &'static str,
    pub ended_lead: &'static str,

    pub failures: Failures,
}

/// What happened and whose move it is, for each failure.
pub struct Failures {
    pub too_many_attempts: Words,
    pub user_action_required: Words,
    pub temporary_failure: Words,
    pub account_locked: Words,
    pub no_accounts: Words,
    pub institution_unavailable: Words,
    pub consent_denied: Words,
    pub consent_expired: Words,
    pub duplicate_connection: Words,
    pub oauth_denied: Words,
    pub oauth_failed: Words,
    pub oauth_unavailable: Words,
    pub oauth_expired: Words,
    pub question_expired: Words,
    pub delayed: Words,
    pub provider_error: Words,
    pub unknown_provider: Words,
    /// What follows its title where there is no list of banks; so do the other two.
    pub unknown_provider_alone: &'static str,
    pub institution_unavailable_alone: &'static str,
    pub no_accounts_alone: &'static str,
    pub unknown_institution: Words,
    pub session_expired: Words,
    pub invalid_token: Words,
    pub origin_not_allowed: Words,
    pub wrong_origin: Words,
    pub redirect_not_registered: Words,
    pub timeout: Words,
    pub server: Words,
}

#[derive(Clone, Copy)]
pub struct Words {
    pub title: &'static str,
    pub lead: &'static str,
}

impl Deref for Text {
    type Target = FirstText;

    fn deref(&self) -> &FirstText {
        self.first
    }
}

/// The texts of the first screens for a language code; English where there is none.
pub fn first_of(_language: Option<&str>) -> &'static FirstText {
    &en::FIRST
}

/// The texts for a language code.
pub fn of(_language: Option<&str>) -> &'static Text {
    &en::TEXT
}

/// A text with its `{}` filled in. A name that is written from right to left is kept apart from the words around it, as `bdi` does it, so that their brackets and stops stay where they belong.
pub fn with(text: &str, name: &str) -> String {
    if name.chars().any(is_right_to_left) {
        return text.replace("{}", &format!("\u{2068}{name}\u{2069}"));
    }
    text.replace("{}", name)
}

/// The blocks of Hebrew, Arabic and the scripts beside them.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
