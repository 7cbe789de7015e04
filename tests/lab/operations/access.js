// What an automatic checker of accessibility (WCAG 2.2 A and AA) finds on a page, as a list of complaints.
(() => {
  const found = [];
  const all = (select) => Array.from(document.querySelectorAll(select));
  const says = (element) => element.outerHTML.slice(0, 120);
  const need = (good, rule, element) => { if (!good) { found.push(rule + ": " + (element ? says(element) : "the page")); } };
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const text = (element) => (element.textContent || "").trim();
  // The document.
  need(document.documentElement.lang, "language of the page");
  need(document.title.trim(), "title");
  need(all("main").length === 1, "one main landmark");
  need(all("h1").length === 1, "one h1");
  need(!document.querySelector("meta[http-equiv=refresh]"), "no refresh by itself");
  need(!/user-scalable=no|maximum-scale/.test(document.querySelector("meta[name=viewport]").content), "zoom");
  let level = 0;
  all("h1, h2, h3, h4, h5, h6").filter(seen).forEach((heading) => {
    const next = Number(heading.tagName[1]);
    need(next <= level + 1, "heading order", heading);
    need(text(heading), "empty heading", heading);
    level = next;
  });
  // Everything is in a landmark, or is the way to one.
  Array.from(document.body.children).filter(seen).forEach((part) => {
    need(/^(HEADER|MAIN|FOOTER|NAV)$/.test(part.tagName) || part.classList.contains("skip"), "outside of landmarks", part);
  });
  const landmarks = all("nav, form[aria-labelledby], form[role=search], section[aria-labelledby]").map((one) => {
    const by = one.getAttribute("aria-labelledby");
    const name = one.getAttribute("aria-label") || (by ? text(document.getElementById(by)) : "");
    need(name || one.getAttribute("role") === "search", "landmark without a name", one);
    return one.tagName + name;
  });
  need(new Set(landmarks).size === landmarks.length, "landmarks of one name");
  // Names.
  all("input:not([type=hidden]), select, textarea").forEach((field) => {
    need(field.labels.length > 0 && text(field.labels[0]), "field without a label", field);
  });
  all("a, button, summary").forEach((one) => need(text(one) || one.getAttribute("aria-label"), "nothing to read out", one));
  all("img").forEach((image) => need(image.hasAttribute("alt"), "image without words", image));
  all("a").forEach((link) => need(link.hasAttribute("href"), "link to nowhere", link));
  all("[tabindex]").forEach((one) => need(Number(one.tabIndex) <= 0, "tab order by hand", one));
  // Attributes that have to hold.
  const ids = all("[id]").map((one) => one.id);
  ids.forEach((id, at) => need(ids.indexOf(id) === at, "id twice: " + id));
  all("[aria-labelledby], [aria-describedby]").forEach((one) => {
    const by = one.getAttribute("aria-labelledby") || one.getAttribute("aria-describedby");
    need(by.split(/\s+/).every((id) => document.getElementById(id)), "named by what is not there", one);
  });
  // Tables and lists.
  all("table").forEach((table) => {
    need(table.caption && text(table.caption), "table without a caption", table);
    need(Array.from(table.querySelectorAll("th")).every((head) => head.scope), "th without a scope", table);
    need(Array.from(table.querySelectorAll("thead th")).every(text), "empty column head", table);
    const wide = table.querySelectorAll("thead th").length;
    Array.from(table.tBodies[0].rows).forEach((row) => need(row.cells.length === wide, "cells of a row", row));
  });
  all("ul, ol").forEach((list) => need(Array.from(list.children).every((one) => one.tagName === "LI"), "list of others", list));
  all("dl").forEach((list) => need(Array.from(list.children).every((one) => /^D[TD]$/.test(one.tagName)), "dl of others", list));
  // Contrast: 4.5 to 1, and 3 to 1 of large text.
  const light = (color) => {
    const [r, g, b] = color.match(/[\d.]+/g).map(Number).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (!/, 0\)$|transparent/.test(color)) { return color; }
    }
    return "rgb(255, 255, 255)";
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!text(walk.currentNode) || !seen(element) || /^(OPTION|SCRIPT|STYLE)$/.test(element.tagName)) { continue; }
    const style = getComputedStyle(element);
    const [one, other] = [light(style.color), light(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    need(ratio >= (large ? 3 : 4.5), "contrast " + ratio.toFixed(2), element);
  }
  // What the keyboard reaches shows that it is there.
  all("a, button, input, select, summary").filter(seen).slice(0, 40).forEach((one) => {
    one.focus({ focusVisible: true });
    const style = getComputedStyle(one);
    need(document.activeElement === one, "cannot have the keyboard", one);
    need(style.outlineStyle !== "none", "no sign of the keyboard", one);
  });
  return found;
})()
