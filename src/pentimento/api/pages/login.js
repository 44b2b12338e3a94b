const form = document.querySelector("#login");
const problem = document.querySelector("#problem");
const button = form.querySelector("button");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  button.disabled = true;
  try {
    const answer = await fetch("/api/v1/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    if (answer.ok) return location.reload();
    const said = await answer.json();
    problem.textContent = `${said.message[0].toUpperCase()}${said.message.slice(1)}. ${said.hint}`;
    form.elements.password.select();
  } catch {
    problem.textContent = "The server does not answer. Is it still running?";
  } finally {
    button.disabled = false;
  }
});
