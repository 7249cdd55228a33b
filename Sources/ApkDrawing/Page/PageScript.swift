/// The script of the page: search, marks, the side panel, zoom. Texts of packages only ever become text nodes.
enum PageScript {
    static let text = #"""
        "use strict";
        const data = JSON.parse(document.getElementById("data").textContent);
        const [NAME, VERSION, INSTALLED, DOWNLOAD, REASON, SUMMARY, DEPARTURE] = [0, 1, 2, 3, 4, 5, 6];
        const byId = id => document.getElementById(id);
        const frame = byId("graph-view"), graph = byId("graph"), map = byId("map"), side = byId("side"), tip = byId("tip"), find = byId("find");
        const drawing = graph.querySelector("svg"), sizes = map.querySelector("svg");
        const shapes = data.packages.map(() => []);
        for (const shape of document.querySelectorAll("[data-package]")) shapes[shape.dataset.package].push(shape);
        const lines = [...drawing.querySelectorAll("path[data-to]")];
        const boxes = [...drawing.querySelectorAll("[data-request]")];
        const asks = data.packages.map(() => []), askers = data.packages.map(() => []);
        for (const edge of data.edges) {
          if (edge[0] >= 0) asks[edge[0]].push(edge);
          askers[edge[1]].push(edge);
        }
        let chosen = -1, hits = [], hit = -1;

        function element(tag, text, parent) {
          const made = document.createElement(tag);
          if (text !== undefined) made.textContent = text;
          if (parent) parent.append(made);
          return made;
        }

        // Marks packages, and the lines of one of them; nothing marked shows all alike.
        function mark(packages, center) {
          const on = new Set(packages);
          for (const svg of [drawing, sizes]) svg.classList.toggle("marked", packages.length > 0 || center >= 0);
          shapes.forEach((list, index) => list.forEach(shape => shape.classList.toggle("on", on.has(index))));
          for (const line of lines)
            line.classList.toggle("on", center >= 0 && (line.dataset.to == center || line.dataset.from == center));
          for (const box of boxes)
            box.classList.toggle("on", center >= 0
              && askers[center].some(edge => edge[0] === -1 - box.dataset.request));
        }

        function near(index) {
          return [index, ...asks[index].map(edge => edge[1]), ...askers[index].map(edge => edge[0]).filter(from => from >= 0)];
        }

        function rest() {
          if (find.value.trim() !== "") mark(hits, -1);
          else if (chosen >= 0) mark(near(chosen), chosen);
          else mark([], -1);
        }

        function list(title, edges, end) {
          if (edges.length === 0) return;
          element("h3", title + " (" + edges.length + ")", side);
          const items = element("ul", undefined, side);
          for (const edge of edges) {
            const item = element("li", undefined, items);
            if (edge[end] < 0) element("b", "request", item);
            else {
              const link = element("button", data.packages[edge[end]][NAME], item);
              link.type = "button";
              link.addEventListener("click", () => choose(edge[end], true));
            }
            element("small", (edge[3] === "installIf" ? "install_if " : "") + edge[2].join(", "), item);
          }
        }

        function choose(index, scrolls) {
          if (chosen >= 0) shapes[chosen].forEach(shape => shape.classList.remove("chosen"));
          chosen = index;
          side.replaceChildren();
          if (index < 0) {
            element("h2", "Packages", side);
            element("p", "Point at a package for its reason; click for everything that is known of it.", side);
            element("p", "The area of each square or tile is the installed size.", side).className = "faint";
            element("h3", "In the order of installation", side);
            const items = element("ul", undefined, side);
            data.packages.forEach((entry, place) => {
              const item = element("li", undefined, items);
              const link = element("button", entry[NAME], item);
              link.type = "button";
              link.addEventListener("click", () => choose(place, true));
              element("small", entry[VERSION] + " · " + entry[INSTALLED], item);
            });
            rest();
            return;
          }
          const entry = data.packages[index];
          shapes[index].forEach(shape => shape.classList.add("chosen"));
          element("h2", entry[NAME], side);
          element("p", entry[VERSION], side).className = "faint";
          if (entry[SUMMARY]) element("p", entry[SUMMARY], side);
          element("p", entry[INSTALLED] + " installed, " + entry[DOWNLOAD] + " to download", side);
          element("p", entry[REASON], side);
          if (entry[DEPARTURE]) element("p", entry[DEPARTURE], side);
          list("Asked for by", askers[index], 0);
          list("Asks for", asks[index], 1);
          side.scrollTop = 0;
          rest();
          if (scrolls) show(index);
        }

        function show(index) {
          const view = frame.hidden ? map : graph;
          const shape = shapes[index].find(candidate => view.contains(candidate));
          if (shape) shape.scrollIntoView({ block: "center", inline: "center" });
        }

        function point(event) {
          const shape = event.target.closest("[data-package]");
          if (!shape) { tip.hidden = true; return; }
          const entry = data.packages[shape.dataset.package];
          tip.replaceChildren();
          element("b", entry[NAME] + " " + entry[VERSION], tip);
          element("div", entry[REASON], tip);
          element("span", entry[INSTALLED] + " installed" + (entry[DEPARTURE] ? "; " + entry[DEPARTURE] : ""), tip);
          tip.hidden = false;
          const width = tip.offsetWidth, height = tip.offsetHeight;
          tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 8)) + "px";
          tip.style.top = (event.clientY + 18 + height > innerHeight ? event.clientY - height - 10 : event.clientY + 18) + "px";
        }

        for (const svg of [drawing, sizes]) {
          // The page has its own tip; a second one by the browser would cover it.
          for (const title of [...svg.querySelectorAll("g > title")]) {
            title.parentNode.setAttribute("aria-label", title.textContent);
            title.remove();
          }
          for (const shape of svg.querySelectorAll("[data-package]")) {
            shape.setAttribute("tabindex", "0");
            shape.setAttribute("role", "button");
          }
          svg.addEventListener("pointermove", point);
          svg.addEventListener("pointerleave", () => { tip.hidden = true; rest(); });
          svg.addEventListener("pointerover", event => {
            const shape = event.target.closest("[data-package]");
            if (shape && find.value.trim() === "" && chosen < 0)
              mark(near(+shape.dataset.package), +shape.dataset.package);
            else if (!shape) rest();
          });
          svg.addEventListener("click", event => {
            if (moved) return;
            const shape = event.target.closest("[data-package]");
            choose(shape ? +shape.dataset.package : -1, false);
          });
          svg.addEventListener("keydown", event => {
            const shape = event.target.closest("[data-package]");
            if (shape && (event.key === "Enter" || event.key === " ")) {
              event.preventDefault();
              choose(+shape.dataset.package, false);
            }
          });
        }

        find.addEventListener("input", () => {
          const words = find.value.trim().toLowerCase();
          hits = words === "" ? [] : data.packages.map((entry, index) => [entry, index])
            .filter(([entry]) => (entry[NAME] + " " + entry[VERSION]).toLowerCase().includes(words)).map(pair => pair[1]);
          hit = -1;
          byId("found").textContent = words === "" ? "" : hits.length + " of " + data.packages.length;
          rest();
          if (words !== "" && hits.length > 0) show(hits[0]);
        });
        find.addEventListener("keydown", event => {
          if (event.key === "Enter" && hits.length > 0) {
            hit = (hit + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
            choose(hits[hit], true);
          } else if (event.key === "Escape") {
            find.value = "";
            find.dispatchEvent(new Event("input"));
            find.blur();
          }
        });

        const fullWidth = drawing.viewBox.baseVal.width, fullHeight = drawing.viewBox.baseVal.height;
        let zoom = 1;
        function setZoom(value, x, y) {
          const before = zoom;
          zoom = Math.min(4, Math.max(.1, value));
          const left = graph.scrollLeft + x, top = graph.scrollTop + y;
          drawing.setAttribute("width", Math.round(fullWidth * zoom));
          drawing.setAttribute("height", Math.round(fullHeight * zoom));
          graph.scrollLeft = left * zoom / before - x;
          graph.scrollTop = top * zoom / before - y;
        }
        const center = () => [graph.clientWidth / 2, graph.clientHeight / 2];
        const fit = () => setZoom(Math.min(1, graph.clientWidth / fullWidth), 0, 0);
        byId("in").addEventListener("click", () => setZoom(zoom * 1.25, ...center()));
        byId("out").addEventListener("click", () => setZoom(zoom / 1.25, ...center()));
        byId("fit").addEventListener("click", fit);
        graph.addEventListener("wheel", event => {
          if (!event.ctrlKey && !event.metaKey) return;
          event.preventDefault();
          const area = graph.getBoundingClientRect();
          setZoom(zoom * Math.exp(-event.deltaY / 400), event.clientX - area.left, event.clientY - area.top);
        }, { passive: false });
        let drag = null, moved = false;
        graph.addEventListener("pointerdown", event => {
          moved = false;
          if (event.button === 0 && event.pointerType === "mouse")
            drag = [event.clientX, event.clientY, graph.scrollLeft, graph.scrollTop];
        });
        addEventListener("pointermove", event => {
          if (!drag) return;
          if (Math.abs(event.clientX - drag[0]) + Math.abs(event.clientY - drag[1]) > 4) moved = true;
          if (!moved) return;
          graph.classList.add("dragged");
          graph.scrollLeft = drag[2] + drag[0] - event.clientX;
          graph.scrollTop = drag[3] + drag[1] - event.clientY;
        });
        addEventListener("pointerup", () => { drag = null; graph.classList.remove("dragged"); });

        function setView(name) {
          frame.hidden = name !== "graph";
          map.hidden = name !== "map";
          document.querySelector(".zoom").style.visibility = frame.hidden ? "hidden" : "visible";
          for (const button of document.querySelectorAll("nav button"))
            button.setAttribute("aria-pressed", String(button.dataset.view === name));
          tip.hidden = true;
          if (chosen >= 0) show(chosen);
        }
        for (const button of document.querySelectorAll("nav button"))
          button.addEventListener("click", () => setView(button.dataset.view));
        byId("theme").addEventListener("click", () => {
          const root = document.documentElement;
          const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
          root.dataset.theme = isDark ? "light" : "dark";
        });
        addEventListener("keydown", event => {
          if (event.target === find || event.ctrlKey || event.metaKey || event.altKey) return;
          if (event.key === "/") { event.preventDefault(); find.focus(); find.select(); }
          else if (event.key === "+" || event.key === "=") setZoom(zoom * 1.25, ...center());
          else if (event.key === "-") setZoom(zoom / 1.25, ...center());
          else if (event.key === "0") fit();
          else if (event.key === "Escape") choose(-1, false);
        });
        choose(-1, false);
        fit();
        if (zoom < .5) setZoom(.5, 0, 0);
        const first = (boxes[0] || drawing).getBoundingClientRect(), view = graph.getBoundingClientRect();
        graph.scrollLeft += first.left + first.width / 2 - view.left - view.width / 2;
        if (location.hash === "#map") setView("map");
        """#
}
