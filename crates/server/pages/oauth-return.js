// Hands the result of a login at a bank to the widget that waits for it, and closes this window.
(() => {
  const address = new URLSearchParams(location.search);
  // First of all: the code is for the widget, not for the history.
  history.replaceState(null, "", location.pathname);

  const message = { connect_oauth: 1 };
  for (const name of ["state", "code", "error"]) {
    if (address.has(name)) message[name] = address.get(name);
  }

  try {
    window.opener?.postMessage(message, location.origin);
  } catch {
    // The bank's pages have cut the way back to the opener: there is the other road.
  }
  try {
    new BroadcastChannel("connect-oauth").postMessage(message);
  } catch {
    // Some private windows have none. The widget asks its server as well.
  }
  window.close();

  // Still here: in an app's WebView this may be the only window, and the widget was where this page is now.
  const goOn = address.get("go_on");
  if (goOn && !window.opener) {
    addEventListener("DOMContentLoaded", () => {
      const link = document.querySelector("a");
      link.href = `resume?${goOn}`;
      link.parentElement.hidden = false;
    });
  }
})();
