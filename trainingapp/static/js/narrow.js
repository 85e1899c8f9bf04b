// Narrows a list on the page as one types: <input data-filter-list="rows"> and <tbody id="rows"> (or ul, ol).
const plain = (text) => text.toLocaleLowerCase().replaceAll("ё", "е");

for (const input of document.querySelectorAll("input[data-filter-list]")) {
  const list = document.getElementById(input.dataset.filterList);
  if (!list) continue;
  const box = input.closest("[data-needs-script]");
  if (box) box.hidden = false;
  const texts = new Map([...list.children].map((row) => [row, plain(row.textContent)]));
  const narrow = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    for (const [row, text] of texts) row.hidden = !words.every((word) => text.includes(word));
  };
  input.addEventListener("input", narrow);
  if (input.value) narrow();
}
