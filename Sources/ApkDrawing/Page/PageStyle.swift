/// The style of the page around the pictures.
enum PageStyle {
    static let text = """
        * { box-sizing: border-box; }
        html, body { height: 100%; margin: 0; }
        body { display: flex; flex-direction: column; background: var(--paper); color: var(--ink);
          font: 14px/1.45 "DejaVu Sans", Verdana, "Segoe UI", Helvetica, Arial, sans-serif; }
        header { display: flex; flex-wrap: wrap; align-items: center; gap: 10px 18px; padding: 10px 18px;
          border-bottom: 1px solid var(--rule); background: var(--card); }
        .what { flex: 1 1 260px; min-width: 0; }
        h1 { margin: 0; font-size: 17px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        header p { margin: 0; font-size: 12px; color: var(--faint); }
        button { font: inherit; font-size: 13px; color: var(--ink); background: var(--paper);
          border: 1px solid var(--rule); border-radius: 6px; padding: 5px 11px; cursor: pointer; }
        button:hover { border-color: var(--request); }
        nav, .zoom { display: inline-flex; }
        nav button, .zoom button { border-radius: 0; margin-left: -1px; }
        nav button:first-child, .zoom button:first-child { border-radius: 6px 0 0 6px; margin-left: 0; }
        nav button:last-child, .zoom button:last-child { border-radius: 0 6px 6px 0; }
        button[aria-pressed=true] { background: var(--request); border-color: var(--request); color: var(--on-request); }
        .find { position: relative; }
        .find input { font: inherit; font-size: 13px; width: 270px; padding: 5px 72px 5px 10px; color: var(--ink);
          background: var(--paper); border: 1px solid var(--rule); border-radius: 6px; }
        .find output { position: absolute; right: 30px; top: 7px; font-size: 11px; color: var(--faint); pointer-events: none; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        :focus-visible { outline: 2px solid var(--request); outline-offset: 1px; }
        main { flex: 1; min-height: 0; display: flex; }
        .view { flex: 1; min-width: 0; overflow: auto; }
        .view[hidden] { display: none; }
        #graph-view[hidden] { display: none; }
        #graph-view { flex: 1; min-width: 0; min-height: 0; }
        #graph { cursor: grab; min-height: 0; }
        #graph.dragged { cursor: grabbing; user-select: none; }
        #graph svg { display: block; margin: 0 auto; }
        #map { padding: 14px; }
        #map:not([hidden]), #graph-view:not([hidden]) { display: flex; flex-direction: column; }
        #legend { flex: none; display: flex; flex-wrap: wrap; gap: 4px 20px; overflow: auto; max-height: 30%;
          padding: 8px 18px; border-bottom: 1px solid var(--rule); }
        #legend .legend { display: inline-flex; align-items: center; gap: 7px; font-size: 11px; color: var(--faint); }
        #legend svg { display: block; }
        #map svg { width: 100%; max-height: 100%; }
        .map-note { margin: 8px 0 0; font-size: 12px; color: var(--faint); }
        aside { width: 320px; overflow: auto; padding: 16px 18px; border-left: 1px solid var(--rule);
          background: var(--card); font-size: 13px; overflow-wrap: anywhere; }
        aside h2 { margin: 0 0 2px; font-size: 15px; }
        aside h3 { margin: 16px 0 4px; font-size: 11px; color: var(--faint); text-transform: uppercase; letter-spacing: .06em; }
        aside p { margin: 4px 0; }
        aside .faint { color: var(--faint); }
        aside ul { list-style: none; margin: 0; padding: 0; }
        aside li { padding: 2px 0; }
        aside li small { color: var(--faint); display: block; }
        aside li button { padding: 0; border: 0; background: none; color: var(--requested); text-align: left; }
        aside li button:hover { text-decoration: underline; }
        #tip { position: fixed; z-index: 2; max-width: 380px; padding: 8px 11px; pointer-events: none; font-size: 12px;
          color: var(--ink); background: var(--card); border: 1px solid var(--rule); border-radius: 6px;
          box-shadow: 0 4px 18px rgb(0 0 0 / .22); overflow-wrap: anywhere; }
        #tip b { display: block; font-size: 13px; }
        #tip span { color: var(--faint); }
        .package, .tile { cursor: pointer; }
        .package, .tile, .edge, .request { transition: opacity .12s; }
        .marked .package:not(.on), .marked .tile:not(.on), .marked .request:not(.on) { opacity: .22; }
        .marked .edge:not(.on) { opacity: .08; }
        .marked .edge.on { stroke-width: 2.2; }
        .chosen > .card, .chosen > .face { stroke: var(--request); stroke-width: 3; stroke-dasharray: none; }
        .face { fill: var(--dependency); }
        .requested .face { fill: var(--request); } .provider .face { fill: #7c3bb8; }
        .installIf .face { fill: #10704f; } .installed .face { fill: #92560a; } .dependency .face { fill: #52657a; }
        .tile text { fill: #fff; pointer-events: none; }
        .tile .name { font-size: 12px; } .tile .large { font-size: 20px; } .tile .small { font-size: 9px; }
        .tile .size { font-size: 11px; opacity: .86; } .tile .size.small { font-size: 8px; }
        .requested .face { fill: #0a5fb8; }
        @media (max-width: 760px) { aside { display: none; } .find input { width: 200px; } }
        @media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
        """
}
