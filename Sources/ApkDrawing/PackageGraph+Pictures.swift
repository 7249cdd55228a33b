/// A package graph in the forms that people and tools look at. The same graph is always the same bytes.
extension PackageGraph {
    /// A layered drawing as one SVG document, for bright and dark surroundings.
    public func svg() -> String { GraphPicture(self).document() }

    /// One HTML file that needs no network: the drawing, a map of installed sizes, search, and the reason for each package
    /// under the pointer.
    public func html() -> String { GraphPage(self).text }

    /// All packages and edges in Graphviz' language.
    public func dot() -> String { DotText(self).text }
}
