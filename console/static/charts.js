"use strict";
/* Draws the pictures of reports anew where a script may: every one is on the page already, as a drawing and as a table.
   An element with data-chart-url is given the figures from there; if anything fails, what is there stays. */
(() => {
  const INK = "#222222", SOFT = "#555555", RED = "#a93226", BLUE = "#2f6f9f";

  function library() {
    if (window.echarts) return Promise.resolve(window.echarts);
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = document.body.dataset.charts;
      script.onload = () => resolve(window.echarts);
      script.onerror = () => reject(new Error(script.src));
      document.head.append(script);
    });
  }

  // Words come from the server with every figure: nothing is computed or rounded here.
  function flow(data) {
    // The amount first: a long name is cut off at its end.
    const words = new Map(data.nodes.map((node) => [node.id, `${node.shown} ${node.name}`]));
    return {
      aria: { enabled: true, label: { description: data.title }, decal: { show: false } },
      tooltip: { renderMode: "richText", formatter: (at) => at.dataType === "edge"
        ? `${words.get(at.data.source)} → ${words.get(at.data.target)}: ${at.data.shown}` : words.get(at.name) },
      series: [{
        type: "sankey", nodeAlign: "left", draggable: false, emphasis: { focus: "adjacency" },
        left: 8, right: 180, top: 8, bottom: 8, nodeGap: 14, nodeWidth: 12,
        // Every node carries its name and amount: no colour has to be told from another.
        label: { color: INK, fontSize: 11, formatter: (at) => words.get(at.name), width: 170, overflow: "truncate" },
        lineStyle: { color: "source", opacity: 0.35 },
        data: data.nodes.map((node) => ({ name: node.id, depth: node.column, itemStyle: { color: node.colour, borderColor: SOFT } })),
        links: data.links.map((link) => ({ source: link.start, target: link.end, value: link.amount_fen, shown: link.shown })),
      }],
    };
  }

  function spending(data) {
    const line = (key, name, colour, type, symbol) => ({
      name, type: "line", yAxisIndex: 1, symbol, symbolSize: 8, connectNulls: false,
      itemStyle: { color: colour }, lineStyle: { color: colour, type, width: 2 }, data: data.months.map((month) => month[key]),
    });
    const bars = {
      name: data.words.paid, type: "bar", itemStyle: { color: "#b8cfe0", borderColor: BLUE, decal: { symbol: "none" } },
      data: data.months.map((month) => ({ value: month.paid_fen, shown: month.paid_shown })),
      label: { show: true, position: "top", color: INK, fontSize: 10, formatter: (at) => at.data.shown },
      labelLayout: { hideOverlap: true }, // The table above has every figure.
    };
    const lines = [line("paid_bp", data.words.rate, BLUE, "solid", "circle"), line("even_bp", data.words.even, SOFT, "dashed", "none")];
    if (data.months.some((month) => month.asked_bp !== null)) lines.push(line("asked_bp", data.words.asked, RED, "dotted", "diamond"));
    const percent = (bp) => `${(bp / 100).toFixed(2)}%`;
    return {
      aria: { enabled: true, label: { description: data.title } },
      legend: { top: 4, data: [bars.name, ...lines.map((one) => one.name)], textStyle: { color: INK } },
      grid: { left: 8, right: 8, top: 56, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", formatter: (all) => [all[0].axisValue, ...all.map((at) =>
        `${at.seriesName}: ${at.seriesType === "bar" ? at.data.shown : at.value === null ? "-" : percent(at.value)}`)].join("\n") },
      xAxis: { type: "category", data: data.months.map((month) => month.name), axisLabel: { color: INK } },
      yAxis: [
        // Bars are in fen there and shown in 万元, of which one has a million.
        { type: "value", position: "right", name: data.words.paid, nameTextStyle: { align: "right", color: INK },
          splitLine: { show: false }, axisLabel: { color: INK, formatter: (fen) => (fen / 1e6).toLocaleString() } },
        { type: "value", position: "left", max: (at) => Math.max(10000, at.max), axisLabel: { color: INK, formatter: percent } },
      ],
      series: [bars, ...lines],
    };
  }

  const KINDS = { flow, spending };

  async function draw(place) {
    const answer = await fetch(place.dataset.chartUrl, { headers: { accept: "application/json" } });
    if (!answer.ok) return;
    const data = await answer.json();
    if (!(data.kind in KINDS) || !(data.links || data.months).length) return;
    const echarts = await library();
    const box = document.createElement("div");
    box.className = "chart";
    place.append(box);
    const chart = echarts.init(box, null, { renderer: "svg" });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    chart.setOption({ animation: !still, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, ...KINDS[data.kind](data) });
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", data.title);
    place.classList.add("chart-drawn"); // On the screen it takes the drawing's place; paper keeps the drawing.
    new ResizeObserver(() => chart.resize()).observe(box);
  }

  function drawAll() {
    document.querySelectorAll("[data-chart-url]:not([data-asked])").forEach((place) => {
      place.dataset.asked = "";
      draw(place).catch((error) => console.warn("chart", place.dataset.chartUrl, error));
    });
  }
  drawAll();
  document.addEventListener("htmx:after:swap", drawAll); // A part of a page that came later may have one.
})();
