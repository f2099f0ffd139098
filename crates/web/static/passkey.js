// Passkey ceremonies, WebAuthn Level 3 §5. One form a page:
//   data-passkey  `get` (sign in) or `create` (a new passkey)
//   data-options  where options come from: POST the form's fields → { challenge_id, publicKey }
//   data-finish   where the answer goes:   POST { challenge_id, credential, …fields } → { next }
// What the page says is in its language: the sentences stand in the attributes of the line that shows them.
// A refusal is any other status, with { message, field?, next?, unknown_credential? }.
// Values are coded here and not by parse…FromJSON and toJSON: password managers that step in hand
// out credentials without them, and this one way works in every browser.

const form = document.querySelector("form[data-passkey]");
const { passkey: kind, options: optionsUrl, finish: finishUrl, done } = form.dataset;
const button = form.querySelector("button");
const status = form.querySelector("[data-status]");
const words = status.dataset;
const { lang } = document.documentElement;
const offer = form.querySelector("[data-offer]");
const CHALLENGE_LIFE = 4.5 * 60_000; // the server's is five minutes

const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

function decoded(options) {
  const ids = (list) => list?.map((entry) => ({ ...entry, id: decode(entry.id) }));
  const publicKey = { ...options, challenge: decode(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: decode(options.user.id) };
  if (options.allowCredentials) publicKey.allowCredentials = ids(options.allowCredentials);
  if (options.excludeCredentials) publicKey.excludeCredentials = ids(options.excludeCredentials);
  return publicKey;
}

function encoded(credential) {
  const { response } = credential;
  const out = { clientDataJSON: encode(response.clientDataJSON) };
  for (const name of ["authenticatorData", "signature", "userHandle", "attestationObject"]) {
    if (response[name]) out[name] = encode(response[name]);
  }
  if (kind === "create") out.transports = response.getTransports?.() ?? [];
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: out,
  };
}

class Refused extends Error {
  constructor(told) {
    super(told.message ?? words.unanswered);
    this.told = told;
  }
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", "doorstep-language": lang },
    body: JSON.stringify(body),
    credentials: "same-origin",
    redirect: "error",
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(told);
  return told;
}

const fields = (submitter) => {
  const filled = Object.fromEntries(new FormData(form));
  return submitter ? { ...filled, [submitter.name]: submitter.value } : filled;
};

// Only to this instance: whatever lies beyond is a redirect of its own. The fragment of the page that the person asked
// for came along to here, and goes on as it would have without this page.
const go = (next) => location.assign((typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : "/") + location.hash);
for (const other of document.querySelectorAll('form[method="post"][action="/login"]')) other.action = "/login" + location.hash;

function say(text, bad = false) {
  status.hidden = !text;
  status.classList.toggle("bad", bad);
  status.textContent = text;
}

// §5.1.10: who keeps the passkey need not offer it again. The person is told the same, whether that works or not.
async function forget(unknown) {
  try {
    await PublicKeyCredential.signalUnknownCredential?.(unknown);
  } catch {}
}

let running = null;

// One ceremony at a time: a new one ends the one before it. A button of its own asks for passkeys of a former host.
async function ceremony(mediation, submitter) {
  running?.abort();
  const mine = (running = new AbortController());
  const { challenge_id, publicKey } = await post(optionsUrl, fields(submitter));
  if (mine.signal.aborted) return;
  const request = { publicKey: decoded(publicKey), signal: mine.signal };
  if (mediation) request.mediation = mediation;
  const credential = await (kind === "create" ? navigator.credentials.create(request) : navigator.credentials.get(request));
  if (mine.signal.aborted) return;
  const slow = setTimeout(() => say(words.oneMoment), 400);
  try {
    const { next } = await post(finishUrl, { ...fields(), challenge_id, credential: encoded(credential) });
    say(done);
    go(next);
  } catch (error) {
    error.chosen = true;
    if (error.told?.unknown_credential) forget({ rpId: publicKey.rpId, credentialId: encode(credential.rawId) });
    throw error;
  } finally {
    clearTimeout(slow);
  }
}

function sentence(error) {
  if (error instanceof Refused) return error.message;
  switch (error.name) {
    case "NotAllowedError":
      return kind === "create" ? words.notMade : words.notUsed;
    case "InvalidStateError":
      return words.heldAlready;
    case "SecurityError":
      return words.wrongAddress;
    case "NotSupportedError":
    case "ConstraintError":
      return words.unverified;
    case "TypeError":
      return words.unreachable;
    default:
      return words.failed;
  }
}

function tell(error) {
  if (error.name === "AbortError") return;
  if (error.told?.next) return go(error.told.next);
  say(sentence(error), true);
  const field = error.told?.field && form.elements[error.told.field];
  if (field) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
}

// The browser offers passkeys by itself, in the field and without a dialog, until one is chosen.
// Nobody asked for this, so only what a chosen passkey led to is told.
let offering = false;
function offerPasskeys() {
  if (offering) {
    ceremony("conditional").catch((error) => {
      if (error.chosen) tell(error);
    });
  }
}

async function beginOffering() {
  offering = kind === "get" && Boolean(await PublicKeyCredential.isConditionalMediationAvailable?.());
  if (offering && offer) {
    const field = offer.querySelector("input");
    offer.hidden = false;
    // The browser lists passkeys under this field. It takes no text.
    field.addEventListener("input", () => (field.value = ""));
  }
  renewOffer();
  setInterval(() => isStale() && renewOffer(), 10_000);
  document.addEventListener("visibilitychange", () => isStale() && renewOffer());
}

// Timers stand still while a tab is hidden or the computer sleeps, so the age of the challenge decides.
let offeredAt = 0;
const isStale = () => !document.hidden && !isBusy() && Date.now() - offeredAt > CHALLENGE_LIFE;

function renewOffer() {
  offeredAt = Date.now();
  offerPasskeys();
}

// Passkeys of a host that the instance had before: related origins, WebAuthn Level 3 §5.11. A browser that says it has none
// of that is not asked.
const formerButtons = [...form.querySelectorAll("button[name=former]")];
async function offerFormer() {
  const can = formerButtons.length && (await PublicKeyCredential.getClientCapabilities?.());
  const related = can?.relatedOrigins !== false;
  for (const one of formerButtons) one.hidden = !related;
  for (const note of form.querySelectorAll("[data-unrelated]")) note.hidden = related;
}

const isBusy = () => button.hasAttribute("aria-disabled");

async function pressed(event) {
  event.preventDefault();
  if (isBusy()) return;
  button.setAttribute("aria-disabled", "true");
  say("");
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const former = formerButtons.includes(event.submitter) ? event.submitter : null;
  try {
    await ceremony(undefined, former);
  } catch (error) {
    if (former && error.name === "SecurityError") say(former.dataset.refused, true);
    else tell(error);
    renewOffer();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

if (globalThis.PublicKeyCredential) {
  form.addEventListener("submit", pressed);
  beginOffering().catch(() => {});
  offerFormer().catch(() => {});
} else {
  button.hidden = true;
  say(isSecureContext ? words.oldBrowser : words.insecure, true);
}
