/// Chooses how the vertices of layers get their horizontal places.
///
/// Blocks make long edges straight, which small pictures gain from. In a large one with edges in each other's way they push
/// each other far aside; there the nearness to the neighbours counts.
enum ColumnPlacement {
    /// The middle of each vertex in pixels; the leftmost side is at 0.
    static func centers(_ ordering: LayerOrdering) -> [Int] {
        let widest = ordering.layers.map { $0.reduce(0) { $0 + 2 * ordering.halfWidths[$1] } }.max() ?? 0
        let blocks = BlockPlacement(ordering)
        return blocks.width * 2 <= widest * 3 ? blocks.centers : PooledPlacement(ordering).centers
    }
}
