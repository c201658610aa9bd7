// The plan's button says what will happen with what is ticked: changes, objects taken over or made anew, and deletions.
const count = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
const WORDS = { apply: ["Apply", "to"], "roll back": ["Roll back", "in"], delete: ["Delete", "from"] };

const say = (go) => {
  const form = go.form;
  const ticked = (name) => form.querySelectorAll(`input[name=${name}]:checked`).length;
  // An object with two choices is one change.
  const chosen = [...form.querySelectorAll("input:is([name=take_over], [name=recreate]):checked")].map((input) => input.closest("details"));
  const changes = Number(go.dataset.changes) + new Set(chosen).size;
  const deletes = ticked("prune");
  const [verb, to] = WORDS[go.dataset.verb];
  const done = `${verb} ${count(changes, "change")} ${to} ${go.dataset.place}`;
  const gone = `elete ${count(deletes, "object")}`;
  go.disabled = !changes && !deletes;
  go.classList.toggle("danger-fill", !changes && deletes > 0);
  if (changes) go.textContent = deletes ? `${done} and d${gone}` : done;
  else go.textContent = deletes ? `D${gone} from ${go.dataset.place}` : `Nothing to ${go.dataset.verb === "delete" ? "delete" : "apply"}`;
};
const follow = () => { const go = document.getElementById("apply-go"); if (go?.form) say(go); };

document.addEventListener("change", ({ target }) => { if (target.closest?.("#apply-form")) follow(); });
document.addEventListener("htmx:after:swap", follow);
document.addEventListener("click", ({ target }) => {
  if (!target.closest?.("[data-tick-claims]")) return;
  for (const box of document.querySelectorAll("#apply-form [data-claim]")) box.checked = true;
  follow();
});

// Another place is another plan: what was planned for the one before cannot be applied meanwhile.
document.addEventListener("input", ({ target }) => { if (target.closest?.("#apply-target")) { const go = document.getElementById("apply-go"); if (go) go.disabled = true; } });
document.addEventListener("htmx:after:swap", () => { for (const more of document.querySelectorAll("[data-once].is-asked")) more.closest("li").remove(); });
document.addEventListener("click", ({ target }) => target.closest?.("[data-once]")?.classList.add("is-asked"));

// How a run stands is asked again and again. Where the designer itself does not answer (it is being restarted, say), that
// goes on, ever more slowly; what comes back then tells whether the run was broken off.
const WAITS = [1000, 2000, 4000, 8000];
const polls = (event) => { const at = event.detail.ctx?.sourceElement; return at?.id?.startsWith("poll-") ? at : null; };
const silent = ({ response }) => !response || response.status >= 500;
document.addEventListener("htmx:error", (event) => { if (polls(event)) event.stopPropagation(); }, true);
document.addEventListener("htmx:after:request", (event) => { if (polls(event) && silent(event.detail.ctx)) event.preventDefault(); });
document.addEventListener("htmx:finally:request", (event) => {
  const poll = polls(event);
  // One that another took the place of is not on the screen any more, or about to leave it.
  if (!poll?.isConnected || !silent(event.detail.ctx) || event.detail.ctx.status.includes("AbortError")) return;
  const tries = Number(poll.dataset.tries ?? 0);
  poll.dataset.tries = tries + 1;
  if (!tries) {
    const words = Object.assign(document.createElement("span"), { className: "problem", textContent: "The designer does not answer; trying again…" });
    words.setAttribute("role", "status");
    poll.after(words);
  }
  setTimeout(() => { if (poll.isConnected) htmx.ajax("GET", poll.getAttribute("hx-get"), { source: poll, swap: "none" }); }, WAITS[Math.min(tries, WAITS.length - 1)]);
});
