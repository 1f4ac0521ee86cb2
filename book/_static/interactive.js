/* Interactive figures. Each `[data-interactive]` element holds its data as JSON, an empty stage and a
   static figure. The widget fills the stage; the static figure is hidden once that has worked. */
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";

  function element(name, attributes = {}, ...children) {
    const svg = ["svg", "path", "line", "circle", "text", "g"].includes(name);
    const node = svg ? document.createElementNS(SVG, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  let count = 0;
  function control(label, input) {
    input.id = `interactive-${(count += 1)}`;
    return element("p", { class: "interactive-control" },
      element("label", { for: input.id }, label), input);
  }

  const range = (min, max, step, value) =>
    element("input", { type: "range", min, max, step, value });

  function select(options) {
    return element("select", {}, ...options.map((text, i) => element("option", { value: i }, text)));
  }

  /* Round numbers between low and high, about four of them. */
  function ticks(low, high) {
    const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * power).find((each) => each >= rough * 0.99);
    const first = Math.ceil(low / step), last = Math.floor(high / step);
    return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  }

  const tidy = (number) => String(Number(number.toPrecision(6))).replace("-", "\u2212");

  const live = () => element("p", { class: "interactive-status", "aria-live": "polite" });

  const fixed = (number, digits = 3) => number.toFixed(digits).replace("-", "\u2212");

  /* A window slides over a sentence and yields (center, context) pairs. */
  function slidingWindow(stage, data) {
    const last = data.tokens.length - 1;
    const center = range(0, last, 1, data.center);
    const size = range(1, data.windows.length, 1, data.size);
    const words = data.tokens.map((word) => element("span", { class: "token" }, word));
    const status = live();
    const rows = element("tbody");
    const table = element("table", { class: "interactive-pairs" },
      element("thead", {}, element("tr", {}, ...["Center", "Context"].map(
        (text) => element("th", { scope: "col" }, text)))), rows);

    function draw() {
      const at = Number(center.value);
      const windows = data.windows[Number(size.value) - 1];
      const context = windows[at];
      words.forEach((node, i) => {
        node.className = "token" + (i === at ? " center" : context.includes(i) ? " context" : "");
      });
      center.setAttribute("aria-valuetext", `${data.tokens[at]}, word ${at + 1} of ${last + 1}`);
      const pairs = context.map((i) => [data.tokens[at], data.tokens[i]]);
      rows.replaceChildren(...pairs.map((pair) =>
        element("tr", {}, ...pair.map((word) => element("td", {}, word)))));
      const total = (list) => list.reduce((sum, each) => sum + each.length, 0);
      status.textContent = `Center ${data.tokens[at]}: ${pairs.length} pairs. ` +
        `Read so far: ${total(windows.slice(0, at + 1))} of ${total(windows)} pairs.`;
    }

    center.addEventListener("input", draw);
    size.addEventListener("input", draw);
    stage.append(control("Center word", center), control("Words on each side", size),
      element("p", { class: "tokens" }, ...words.flatMap((node) => [node, " "])), status, table);
    draw();
  }

  /* A point slides on a curve; value, slope and tangent are shown. */
  function curve(stage, data) {
    const width = 560, height = 300, left = 62, right = 14, top = 14, bottom = 46;
    const choices = data.choices.map((choice) => select(choice.options));
    const position = range(data.x[0], data.x[data.x.length - 1], data.step, data.start);
    const status = live();
    const picture = element("svg", { role: "img", class: "drawing", viewBox: `0 0 ${width} ${height}` });
    picture.style.width = `${width}px`;
    const current = () => data.curves[choices.map((choice) => choice.value).join(",")];
    let scale;

    function interpolate(values, x) {
      const n = data.x.length, gap = (data.x[n - 1] - data.x[0]) / (n - 1);
      const i = Math.min(Math.max(Math.floor((x - data.x[0]) / gap), 0), n - 2);
      const t = (x - data.x[i]) / gap;
      return (1 - t) * values[i] + t * values[i + 1];
    }

    function axes(ys) {
      const low = Math.min(...ys), high = Math.max(...ys), pad = 0.06 * (high - low);
      const x0 = data.x[0], x1 = data.x[data.x.length - 1];
      scale = {
        x: (v) => left + ((v - x0) / (x1 - x0)) * (width - left - right),
        y: (v) => top + ((high + pad - v) / (high - low + 2 * pad)) * (height - top - bottom),
      };
      const group = element("g", { class: "axis" });
      for (const x of ticks(x0, x1)) {
        group.append(
          element("line", { x1: scale.x(x), x2: scale.x(x), y1: top, y2: height - bottom }),
          element("text", { x: scale.x(x), y: height - bottom + 18, "text-anchor": "middle" }, tidy(x)));
      }
      for (const y of ticks(low - pad, high + pad)) {
        group.append(
          element("line", { x1: left, x2: width - right, y1: scale.y(y), y2: scale.y(y) }),
          element("text", { x: left - 6, y: scale.y(y) + 4, "text-anchor": "end" }, tidy(y)));
      }
      group.append(
        element("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, data.xLabel),
        element("text", { x: 14, y: (top + height - bottom) / 2, "text-anchor": "middle",
          transform: `rotate(-90 14 ${(top + height - bottom) / 2})` }, data.yLabel));
      return group;
    }

    function tangent(x, y, slope) {
      const reach = (data.x[data.x.length - 1] - data.x[0]) / 8;
      return element("line", { class: "tangent", x1: scale.x(x - reach), x2: scale.x(x + reach),
        y1: scale.y(y - reach * slope), y2: scale.y(y + reach * slope) });
    }

    function draw() {
      const shown = current(), x = Number(position.value);
      const y = interpolate(shown.y, x), slope = interpolate(shown.slope, x);
      const path = data.x.map((v, i) => `${i ? "L" : "M"}${scaled(v, shown.y[i])}`);
      const parts = [base, element("path", { class: "curve", d: path.join("") })];
      if (shown.optimum !== null) {
        const at = scale.x(shown.optimum);
        parts.push(element("line", { class: "optimum", x1: at, x2: at, y1: top, y2: height - bottom }));
      }
      parts.push(tangent(x, y, slope),
        element("circle", { class: "point", cx: scale.x(x), cy: scale.y(y), r: 6 }));
      picture.replaceChildren(...parts);
      const best = shown.optimum === null ? data.unbounded : `${data.best} ${fixed(shown.optimum)}.`;
      const text = `${data.xName} = ${fixed(x, 2)}: ${data.yName} ${fixed(y, 4)}, ` +
        `slope ${fixed(slope, 4)}. ${best}`;
      position.setAttribute("aria-valuetext", fixed(x, 2));
      picture.setAttribute("aria-label", `${data.description} ${text}`);
      status.textContent = text;
    }

    const scaled = (x, y) => `${scale.x(x).toFixed(1)} ${scale.y(y).toFixed(1)}`;
    let base;
    function rescale() {
      base = axes(current().y);
      draw();
    }

    choices.forEach((choice, i) => {
      choice.addEventListener("change", rescale);
      stage.append(control(data.choices[i].label, choice));
    });
    position.addEventListener("input", draw);
    stage.append(control(data.xLabel, position));
    if (data.rates) {
      const rate = select(data.rates.map(String));
      const button = element("button", { type: "button", class: "interactive-button" },
        "Take one gradient step");
      button.addEventListener("click", () => {
        const x = Number(position.value);
        position.value = x - data.rates[Number(rate.value)] * interpolate(current().slope, x);
        draw();
      });
      stage.append(control("Learning rate", rate), element("p", {}, button));
    }
    stage.append(picture, status);
    rescale();
  }

  const widgets = { window: slidingWindow, curve };

  for (const figure of document.querySelectorAll("[data-interactive]")) {
    const data = JSON.parse(figure.querySelector("script").textContent);
    const still = figure.querySelector(":scope > svg");
    widgets[figure.dataset.interactive](figure.querySelector(".interactive-stage"), data);
    still.setAttribute("hidden", "");
  }
})();
