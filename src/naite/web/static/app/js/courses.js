/* Course search: after a page link has swapped the results, reading goes on at their heading. */
document.addEventListener("htmx:afterSettle", (event) => {
  const by = event.detail.requestConfig && event.detail.requestConfig.elt;
  if (!by || !by.matches("[data-page-link]")) return;
  const title = document.getElementById("results-title");
  if (!title) return;
  title.focus({ preventScroll: true });
  title.scrollIntoView();
});
