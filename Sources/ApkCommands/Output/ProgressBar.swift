/// A bar and a text in one line of a terminal, drawn over by the next.
enum ProgressBar {
    /// Takes what was drawn away.
    static let clearing: DisplayText = "\r\u{1b}[K"

    static func drawing(done: Int, of all: Int, _ text: DisplayText) -> DisplayText {
        let width = 24
        let filled = all == 0 ? width : min(width, max(0, Int(Double(done) / Double(all) * Double(width))))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
        let columns = max(20, terminalWidth() - 1)
        return "\r\("[\(bar)] \(text.shown)".prefix(columns))\u{1b}[K"
    }
}
