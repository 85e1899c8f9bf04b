// The table of candidates (form[data-selection]): narrows while one types or chooses, sorts in place, keeps the balance
// and the quotas current, numbers the reserve list and moves people on it. Without scripts the server does all that.
const form = document.querySelector("form[data-selection]");
const filters = document.querySelector("form.filters");
const plain = (text) => text.toLocaleLowerCase().replaceAll("ё", "е");
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

if (form) {
  const body = form.querySelector("tbody");
  const people = [...body.rows].map((row) => ({
    row,
    org: row.dataset.org,
    kinds: row.dataset.mode === "both" ? ["in_person", "online"] : [row.dataset.mode],
    sex: row.dataset.sex,
    fits: !("unfit" in row.dataset),
    text: plain([...row.cells].slice(0, 2).map((cell) => cell.textContent).join(" ")),
    choices: [...row.querySelectorAll("input[type=radio]")],
    number: row.querySelector(".more-reserve input"),
  }));
  const byRow = new Map(people.map((person) => [person.row, person]));
  const proposal = (person) => person.choices.find((choice) => choice.checked)?.value ?? "undecided";
  const isEdited = people.some((person) => person.choices.length);

  // --- the balance

  const gauges = new Map([...document.querySelectorAll("[data-gauge]")].map((gauge) => [gauge.dataset.gauge, gauge]));
  const used = new Map();
  for (const part of body.querySelectorAll("[data-used]")) {
    used.set(part.dataset.used, [...(used.get(part.dataset.used) ?? []), part]);
  }
  const others = form.dataset.others && JSON.parse(form.dataset.others); // whom a filter of the server leaves out

  function show(key, part, whole) {
    const gauge = gauges.get(key);
    if (!gauge) return;
    gauge.querySelector("[data-part]").textContent = part;
    const bar = gauge.querySelector(".meter-part");
    if (!bar) return;
    whole ??= Number(gauge.dataset.whole);
    gauge.querySelector("[data-of]").textContent = whole;
    const share = whole ? Math.min(100, (100 * part) / whole) : 0;
    bar.setAttribute("d", `M0 .5h${share}`);
    gauge.classList.toggle("is-over", !("goal" in gauge.dataset) && part > whole);
    gauge.classList.toggle("is-short", "goal" in gauge.dataset && share < Number(gauge.dataset.goal));
  }

  function weigh() {
    const count = { ...others?.counts };
    const places = { ...others?.places };
    const add = (key) => (count[key] = (count[key] ?? 0) + 1);
    for (const person of people) {
      const chosen = proposal(person);
      add(chosen);
      if (chosen !== "select") continue;
      places[person.org] = (places[person.org] ?? 0) + 1;
      for (const key of [...person.kinds, person.sex]) add(key);
    }
    for (const key of ["in_person", "online", "reserve", "decline", "undecided"]) show(key, count[key] ?? 0);
    show("represented", Object.values(places).filter(Boolean).length);
    show("women", count.female ?? 0, (count.female ?? 0) + (count.male ?? 0));
    show("men", count.male ?? 0);
    for (const [org, parts] of used) for (const part of parts) part.textContent = places[org] ?? 0;
  }

  // --- the reserve list

  const texts = form.dataset;
  const onReserve = () =>
    people
      .filter((person) => proposal(person) === "reserve")
      .sort((one, other) => (Number(one.number.value) || Infinity) - (Number(other.number.value) || Infinity));

  function renumber(order = onReserve()) {
    if (!others) order.forEach((person, index) => (person.number.value = index + 1));
    for (const person of people) person.number.parentElement.querySelectorAll("button").forEach(turnOff(order, person));
  }

  // The list with the person at exactly the number that was typed.
  function placed(person) {
    const order = onReserve().filter((other) => other !== person);
    const number = Number.parseInt(person.number.value, 10);
    order.splice(number > 0 ? number - 1 : order.length, 0, person);
    return order;
  }

  const turnOff = (order, person) => (button) => {
    const place = order.indexOf(person);
    button.disabled = place === (button.dataset.move === "-1" ? 0 : order.length - 1);
  };

  function addButtons(person) {
    const holder = person.number.parentElement;
    if (others || holder.querySelector("button")) return;
    for (const [step, sign, text] of [[-1, "↑", texts.up], [1, "↓", texts.down]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-secondary";
      button.dataset.move = step;
      button.textContent = sign;
      button.setAttribute("aria-label", text);
      button.setAttribute("aria-describedby", person.number.getAttribute("aria-describedby"));
      holder.append(button);
    }
  }

  function move(person, step) {
    const order = onReserve();
    const place = order.indexOf(person);
    if (!order[place + step]) return;
    [order[place], order[place + step]] = [order[place + step], order[place]];
    renumber(order);
    form.dispatchEvent(new Event("input", { bubbles: true }));
    if (sortedBy === "proposal") sort(sortedBy, down);
  }

  // --- sorting

  const cell = (key) => form.querySelector(`th#h-${key}`)?.cellIndex;
  let sortedBy = form.querySelector("th[aria-sort]")?.id.slice(2);
  let down = form.querySelector("th[aria-sort]")?.getAttribute("aria-sort") === "descending";
  const ranks = { select: 0, reserve: 1, decline: 2, undecided: 3 };

  function value(person, key) {
    if (key === "proposal") return `${ranks[proposal(person)]} ${person.number?.value ?? ""}`;
    const text = person.row.cells[cell(key)].textContent;
    if (key === "last") return -(text.match(/\d+/)?.[0] ?? Infinity); // whose last place is long ago comes first
    if (key === "administration") return `${person.row.cells[cell(key)].firstChild.textContent} ${person.row.cells[cell("rank")].textContent}`;
    return text;
  }

  function sort(key, downwards) {
    const sign = downwards ? -1 : 1;
    const values = new Map(people.map((person) => [person, value(person, key)]));
    const compare = key === "last" ? (one, other) => one - other || 0 : collator.compare;
    people.sort((one, other) => sign * compare(values.get(one), values.get(other)));
    body.append(...people.map((person) => person.row));
    for (const head of form.querySelectorAll("th[aria-sort]")) head.removeAttribute("aria-sort");
    form.querySelector(`th#h-${key}`).setAttribute("aria-sort", downwards ? "descending" : "ascending");
    [sortedBy, down] = [key, downwards];
  }

  form.querySelector("thead").addEventListener("click", (event) => {
    const link = event.target.closest("[data-sort]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sort(link.dataset.sort, link.dataset.sort === sortedBy && !down);
  });

  // --- filters

  const shown = document.querySelector("[data-shown]");

  function narrow() {
    const wanted = Object.fromEntries(new FormData(filters));
    const words = plain(wanted.q ?? "").split(/\s+/).filter(Boolean);
    let count = 0;
    for (const person of people) {
      const fits =
        (!wanted.organisation || wanted.organisation === person.org) &&
        (!wanted.proposal || !isEdited || wanted.proposal === proposal(person)) &&
        (!wanted.eligible || (wanted.eligible === "yes") === person.fits) &&
        (!wanted.sex || wanted.sex === person.sex) &&
        words.every((word) => person.text.includes(word));
      person.row.hidden = !fits;
      count += fits;
    }
    if (shown) shown.textContent = shown.dataset.shown.replace("0000", count).replace("1111", people.length);
  }

  // Only where the page has all candidates: a filter that the server applied is changed by the server.
  if (filters && !others) {
    filters.addEventListener("input", narrow);
    filters.addEventListener("submit", (event) => {
      event.preventDefault();
      narrow();
    });
  }

  // --- together

  form.addEventListener("change", (event) => {
    const person = byRow.get(event.target.closest("tr"));
    if (!person) return;
    if (event.target.type === "radio" && event.target.value === "reserve") {
      person.number.value = "";
      addButtons(person);
    }
    renumber(event.target === person.number ? placed(person) : undefined);
    weigh();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    move(byRow.get(button.closest("tr")), Number(button.dataset.move));
    (button.disabled ? button.parentElement.querySelector("button:enabled") : button)?.focus();
  });
  if (isEdited) {
    onReserve().forEach(addButtons);
    renumber();
    weigh();
  }
}
