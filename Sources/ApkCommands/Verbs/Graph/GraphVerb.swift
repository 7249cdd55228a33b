internal import ApkDrawing
internal import ApkFormats
internal import ApkResolver

/// `graph`: the install set as a tree, a graph for tools, or a picture.
struct GraphVerb {
    static let entry = VerbEntry(
        name: "graph",
        forms: [("graph REQUEST… [--format FORMAT]", "who needs whom: a tree, a picture, or a graph for tools")],
        details: """
            tree  for the terminal; what was shown before is only named again
            svg   a layered drawing: the area of each square is the package's installed size
            html  one file without network: the drawing, a map of installed sizes, search, reasons under the pointer
            dot   for Graphviz; json for programs; both with all edges
            """,
        examples: [
            "apkresolve graph nodejs --format svg -o nodejs.svg", "apkresolve graph xfce4 --format html -o xfce4.html",
        ],
        options: [
            .format(["tree", "dot", "json", "svg", "html"], "tree (default), dot, json, svg or html")
        ] + ResolutionArguments.entries + LockArguments.entries
    ) { try GraphVerb($0, $1).run() }

    private let context: VerbContext

    init(_ invocation: Invocation, _ console: Console) {
        context = VerbContext(invocation, console)
    }

    func run() throws -> Int32 {
        let resolution = try context.answer(context.invocation.operands).resolution
        switch context.invocation.format {
        case "dot": context.console.write(exactly: PackageGraph(resolution).dot())
        case "json": context.console.write(exactly: GraphDocument(PackageGraph(resolution)).json.pretty)
        case "svg": context.console.write(exactly: PackageGraph(resolution).svg())
        case "html": context.console.write(exactly: PackageGraph(resolution).html())
        default: context.console.write(TreeText(resolution, context.console).text)
        }
        DetourText.lines(resolution).forEach(context.note)
        return 0
    }
}
