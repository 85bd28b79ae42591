// Talks to the service: JSON in and out, errors as their own words, a key where one is asked for.
const LOOK = 700;

function headers(more) {
  const key = sessionStorage.getItem("lstsr-key");
  return key ? { ...more, "X-API-Key": key } : more;
}

async function askForKey() {
  const dialog = document.getElementById("key-dialog");
  dialog.showModal();
  await new Promise((done) => { dialog.addEventListener("close", done, { once: true }); });
  sessionStorage.setItem("lstsr-key", document.getElementById("key").value);
}

async function sent(address, words) {
  const answer = await fetch(address, { ...words, headers: headers(words.headers) });
  if (answer.status === 401) {
    await askForKey();
    return sent(address, words);
  }
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.code ? `${said.code}: ${said.detail}` : answer.statusText);
  return said;
}

export function ask(address, body = null, more = {}, method = body ? "POST" : "GET") {
  const type = body ? { "Content-Type": "application/json" } : {};
  return sent(address, { method, headers: { ...type, ...more }, body: body && JSON.stringify(body) });
}

export function upload(file) {
  const title = new URLSearchParams({ title: file.name.slice(0, 200) });
  const words = { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file };
  return sent(`/inputs?${title}`, words);
}

export function withKey(url) {
  return new URL(url, location.href).origin === location.origin ? { url, headers: headers({}) } : { url };
}

// A browser sends no key with a link: where there is a key, the file is fetched here, then given.
export function carryKey(link) {
  link.addEventListener("click", async (event) => {
    if (!sessionStorage.getItem("lstsr-key")) return;
    event.preventDefault();
    const answer = await fetch(link.href, { headers: headers({}) });
    const href = URL.createObjectURL(await answer.blob());
    Object.assign(document.createElement("a"), { href, download: link.href.split("/").pop() }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  });
}

export async function follow(id, seen) {
  for (;;) {
    const info = await ask(`/jobs/${id}`);
    if (!seen(info) || !["accepted", "running"].includes(info.status)) return info;
    await new Promise((done) => { setTimeout(done, LOOK); });
  }
}
