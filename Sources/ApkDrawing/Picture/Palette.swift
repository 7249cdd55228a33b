/// Colours and line styles of all pictures, for bright and dark surroundings.
enum Palette {
    /// The colours of bright surroundings as properties of CSS.
    static let bright = """
        --paper: #ffffff; --card: #f6f8fa; --ink: #18212c; --faint: #566372; --rule: #c9d2dc;
        --request: #0a5fb8; --on-request: #ffffff;
        --requested: #0a6ed1; --provider: #8b46c9; --dependency: #7b8da1; --install-if: #12805c; --installed: #a5630a;
        --edge-name: #4c5a6a; --edge-provided: #a9b6c4; --edge-install-if: #12805c; --edge-cycle: #c8362f;
        --hub-0: #d9822b; --hub-1: #1b9aaa; --hub-2: #c2407e; --hub-3: #6a8f1f; --hub-4: #5b4fc9; --hub-5: #8a6242;
        """

    /// Those of dark surroundings.
    static let dark = """
        --paper: #11161d; --card: #1a222c; --ink: #e8edf3; --faint: #9fadbc; --rule: #354252;
        --request: #2f81d6; --on-request: #ffffff;
        --requested: #58a6ff; --provider: #c08bf2; --dependency: #74879b; --install-if: #3fbf8f; --installed: #e0a23c;
        --edge-name: #93a3b5; --edge-provided: #5a6d82; --edge-install-if: #3fbf8f; --edge-cycle: #ff7b72;
        --hub-0: #f0a04b; --hub-1: #47c4d3; --hub-2: #ee7fb3; --hub-3: #a5c955; --hub-4: #9a90f5; --hub-5: #c79a74;
        """

    /// How the parts of a graph look.
    static let graphRules = """
        text { font-family: "DejaVu Sans", Verdana, "Segoe UI", Helvetica, Arial, sans-serif; fill: var(--ink); }
        .paper { fill: var(--paper); }
        .title { font-size: 18px; font-weight: 700; }
        .note, .legend text { font-size: 11px; fill: var(--faint); }
        .edge { fill: none; stroke-width: 1.2; }
        .edge.name { stroke: var(--edge-name); }
        .edge.provided { stroke: var(--edge-provided); }
        .edge.installIf { stroke: var(--edge-install-if); stroke-dasharray: 5 4; }
        .edge.request { stroke: var(--request); stroke-width: 1.8; }
        .edge.cycle { stroke: var(--edge-cycle); }
        .tip-name { fill: var(--edge-name); } .tip-provided { fill: var(--edge-provided); }
        .tip-installIf { fill: var(--edge-install-if); } .tip-request { fill: var(--request); }
        .tip-cycle { fill: var(--edge-cycle); }
        .card { fill: var(--card); stroke: var(--rule); stroke-width: 1; }
        .requested .card { stroke: var(--requested); stroke-width: 2.5; }
        .provider .card { stroke: var(--provider); stroke-width: 1.5; }
        .installIf .card { stroke: var(--install-if); stroke-width: 1.5; stroke-dasharray: 5 4; }
        .installed .card { stroke: var(--installed); stroke-width: 1.5; stroke-dasharray: 2 3; }
        .area { fill: var(--dependency); }
        .requested .area { fill: var(--requested); } .provider .area { fill: var(--provider); }
        .installIf .area { fill: var(--install-if); } .installed .area { fill: var(--installed); }
        .package .label { font-size: 12px; }
        .package .detail { font-size: 10px; fill: var(--faint); }
        .request-box { fill: var(--request); }
        .request .label { font-size: 12px; font-weight: 700; fill: var(--on-request); }
        .hub-0 { fill: var(--hub-0); } .hub-1 { fill: var(--hub-1); } .hub-2 { fill: var(--hub-2); }
        .hub-3 { fill: var(--hub-3); } .hub-4 { fill: var(--hub-4); } .hub-5 { fill: var(--hub-5); }
        """
}
