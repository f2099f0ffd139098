// Portal and account: finds as one types, and tells times in the person's own zone. Adds, never gates.

// In the language of the page, and as the person's own country writes it where the browser says which that is.
const spoken = document.querySelector("main[lang]")?.lang || document.documentElement.lang;
const primary = (tag) => tag.split("-")[0];
const locale = navigator.languages.find((tag) => primary(tag) === primary(spoken)) ?? spoken;
const zone = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
for (const time of document.querySelectorAll("time[datetime]")) {
  const exact = zone.format(new Date(time.dateTime));
  time.title = exact;
  const aside = time.querySelector(".aside");
  if (aside) aside.textContent = ` (${exact})`;
}

for (const field of document.querySelectorAll("input[data-filter]")) {
  const list = document.getElementById(field.dataset.filter);
  const none = document.querySelector(`[data-filter-none="${field.dataset.filter}"]`);
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const items = [...list.children].map((item) => [item, plain(item.textContent)]);
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/);
    let shown = 0;
    for (const [item, text] of items) {
      item.hidden = !words.every((word) => text.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    none.textContent = shown ? "" : none.dataset.none;
  });
  // Enter opens the first app that is shown.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    items.find(([item]) => !item.hidden)?.[0].querySelector("a")?.click();
  });
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// WebAuthn Level 3 §5.1.10: who keeps the passkeys may hide those that were removed here, and learns what the person is
// called now. Everything stands in one attribute, so that of a page that broke off there is the whole list or none: a
// part of it would hide passkeys that are good. One after the other, as browsers take them. Whether it works is nobody's
// concern here.
async function signal(kind, options) {
  try {
    await globalThis.PublicKeyCredential?.[kind]?.(options);
  } catch {}
}

const signals = document.querySelector("[data-signals]");
if (signals) {
  const { rpId, userId, name, displayName, allAcceptedCredentialIds } = JSON.parse(signals.dataset.signals);
  signal("signalAllAcceptedCredentials", { rpId, userId, allAcceptedCredentialIds }).then(() =>
    signal("signalCurrentUserDetails", { rpId, userId, name, displayName }),
  );
}
