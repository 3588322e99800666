// Joins the buttons of a page to allauth's script, which talks with the browser's passkeys, and says when that failed.
// <button data-passkey="loginForm" data-part="login" data-credential="id of the hidden field" ...>
(() => {
  const trouble = document.getElementById("passkey-trouble");
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    if (trouble) trouble.hidden = false;
  });
  for (const button of document.querySelectorAll("[data-passkey]")) {
    if (!window.PublicKeyCredential) {
      continue;
    }
    const { passkey, part, credential, passwordless } = button.dataset;
    const ids = { [part]: button.id, credential, data: "js_data" };
    if (passwordless) ids.passwordless = passwordless;
    window.allauth.webauthn.forms[passkey]({ ids });
    button.hidden = false;
  }
})();
