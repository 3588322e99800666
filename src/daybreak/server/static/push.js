// The buttons that let reminders come to this browser, and stop them. Without this script, or where the browser cannot,
// the page says so and the other ways stay.
// <section data-push="address of the worker" data-key="the server's key" data-known="digests of the person's browsers">

const part = document.querySelector("[data-push]");

if (part && navigator.serviceWorker && window.PushManager && window.Notification) {
  const says = (name) => {
    for (const line of part.querySelectorAll("[data-says]")) line.hidden = line.dataset.says !== name;
    const known = name === "here";
    button("take").form.hidden = known || name === "denied";
    button("leave").form.hidden = !known;
  };
  button("take").addEventListener("click", () => attempt(take));
  button("leave").addEventListener("click", () => attempt(leave));
  attempt(look);

  async function attempt(what) {
    part.setAttribute("aria-busy", "true");
    try {
      await what();
    } catch {
      says(Notification.permission === "denied" ? "denied" : "failed");
    }
    part.removeAttribute("aria-busy");
  }

  async function look() {
    const there = await subscription();
    const known = there && part.dataset.known.split(" ").includes(await digest(there.endpoint));
    says(known ? "here" : Notification.permission === "denied" ? "denied" : "");
  }

  async function take() {
    if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
    await navigator.serviceWorker.register(part.dataset.push, { scope: "/" });
    const { pushManager } = await navigator.serviceWorker.ready;
    // One that is there already may be of another person, or of another key of the server.
    await (await pushManager.getSubscription())?.unsubscribe();
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(part.dataset.key) });
    send("take", JSON.stringify(made));
  }

  async function leave() {
    const there = await subscription();
    await there?.unsubscribe();
    send("leave", there?.endpoint ?? "");
  }

  async function subscription() {
    const worker = await navigator.serviceWorker.getRegistration("/");
    return worker?.pushManager.getSubscription();
  }

  function button(name) {
    return part.querySelector(`[data-does=${name}]`);
  }

  function send(name, value) {
    const { form } = button(name);
    form.elements[name].value = value;
    form.submit();
  }
}

function bytes(key) {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

async function digest(text) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
