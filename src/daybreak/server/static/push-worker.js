// Shows a reminder when it comes, and leads to its page when it is tapped. It keeps nothing and asks nobody anything.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const told = read(event.data);
  // The key as a tag: a reminder that comes twice is shown once.
  const shown = { body: told.body, tag: told.key, data: { link: told.link } };
  event.waitUntil(self.registration.showNotification(told.title || "daybreak", shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(own(event.notification.data?.link)));
});

function read(data) {
  try {
    return data.json() ?? {};
  } catch {
    return {};
  }
}

// Never away from here, whatever the message says.
function own(link) {
  try {
    const address = new URL(link || "/", self.location.origin);
    return address.origin === self.location.origin ? address.href : "/";
  } catch {
    return "/";
  }
}
