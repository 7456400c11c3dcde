// Looks at the page from inside, once it is loaded, and leaves what it found in the frame around it.
addEventListener("load", () => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const style = (element) => getComputedStyle(element);

  // WCAG 2.1, relative luminance and contrast ratio.
  const channels = (css) => css.match(/[\d.]+/g).map(Number);
  const light = (rgb) =>
    rgb.slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const ratio = (one, other) => {
    const [bright, dim] = [light(one), light(other)].sort((a, b) => b - a);
    return (bright + 0.05) / (dim + 0.05);
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const found = channels(style(each).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const inSvg = (element) => element instanceof SVGElement;
  // A text in a picture stands on the page or in a box: both have to do.
  const grounds = (element) => {
    const boxes = inSvg(element) ? [...element.ownerSVGElement.querySelectorAll("rect.box")] : [];
    return [ground(element.closest("div, section") ?? element), ...boxes.map((box) => channels(style(box).fill))];
  };
  const speaks = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const contrast = (element) => {
    const color = channels(inSvg(element) ? style(element).fill : style(element).color);
    const behind = inSvg(element) ? grounds(element) : [ground(element)];
    return Math.min(...behind.map((each) => ratio(color, each)));
  };

  all("details").forEach((details) => (details.open = true));
  const texts = all("header *, nav *, main *, footer, .skip").filter(speaks);
  const reachable = all("a[href], summary, .scroll");
  const focused = (element) => {
    element.focus();
    return document.activeElement === element && style(element).outlineStyle !== "none";
  };
  const found = {
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    width: innerWidth,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    texts: texts.length,
    faint: texts.filter((each) => contrast(each) < 4.5).map((each) => `${each.outerHTML.slice(0, 80)} ${contrast(each)}`),
    reachable: reachable.length,
    unseen: reachable.filter((each) => !focused(each)).map((each) => each.outerHTML.slice(0, 80)),
    unnamed: all(".scroll, svg").filter((each) => !each.getAttribute("aria-label")).length,
    broken: all('a[href^="#"]').filter((each) => !document.getElementById(each.hash.slice(1))).length,
    twice: all("[id]").length - new Set(all("[id]").map((each) => each.id)).size,
    sections: all("main > section").map((each) => each.id),
    scripts: all("script").length - 1,
    outside: all("[src], link").length,
  };
  parent.document.getElementById("found").textContent = JSON.stringify(found);
});
