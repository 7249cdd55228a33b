/// Walks over the tokens of a small deflate stream (RFC 1951) and tells which of the many encodings of its content it is.
///
/// One content has many encodings, and inflating does not show which one it was: fill bits are ignored, a run of zeros can
/// be copied from any distance, code lengths can be written in several ways. Compressors use very few of these freedoms.
/// Where the raw bytes of a stream are covered by nothing else, ``unusual`` finds what none of them writes.
struct DeflateAudit {
    /// Something that no compressor writes: what, and at which byte of the stream. nil if there is nothing.
    private(set) var unusual: (what: String, offset: Int)?
    /// Whether each match is at the smallest distance for its length. So it is with compressors that search all earlier
    /// positions, nearest first: gzip, busybox and zlib from level 4, Go's standard library by default.
    private(set) var hasNearestMatches = true
    /// Whether the stream ends with an empty stored block, as only Go's standard library does it.
    private(set) var endsWithEmptyStoredBlock = false

    /// What the stream inflates to.
    private var content: [UInt8] = []
    private let bytes: [UInt8]
    private var bit = 0
    /// Comparisons that may still be made; real members need a few thousand.
    private var searchBudget = 20_000_000

    /// - Parameter bytes: a whole deflate stream that zlib has inflated without an error.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var isLast = false
        while !isLast, bit < bytes.count * 8 {
            isLast = bits(1) == 1
            switch bits(2) {
            case 0: readStoredBlock(isLast: isLast)
            case 1: readTokens(literals: HuffmanCode.fixedLiterals, distances: HuffmanCode.fixedDistances)
            default: readDynamicBlock()
            }
        }
        checkFillBits()
        if bit != bytes.count * 8 { note("bytes after the last block") }
    }

    private mutating func note(_ what: String) {
        if unusual == nil { unusual = (what, bit / 8) }
    }

    /// The next bits, the first one lowest; zeros after the end.
    private mutating func bits(_ count: Int) -> Int {
        var value = 0
        for index in 0..<count {
            if bit < bytes.count * 8 { value |= Int(bytes[bit >> 3] >> UInt8(bit & 7) & 1) << index }
            bit += 1
        }
        return value
    }

    private mutating func checkFillBits() {
        if bits(-bit & 7) != 0 { note("fill bits that are not zero") }
    }

    private mutating func readStoredBlock(isLast: Bool) {
        checkFillBits()
        let count = bits(16)
        _ = bits(16)
        for _ in 0..<count { content.append(UInt8(bits(8))) }
        endsWithEmptyStoredBlock = isLast && count == 0
        // One is written where a stream is flushed, and there may be any number.
        if count == 0 && !isLast { note("an empty block") }
    }
}

// MARK: - Compressed blocks

extension DeflateAudit {
    private mutating func symbol(_ code: HuffmanCode) -> Int {
        var value = 0
        for length in 1...15 {
            value = value << 1 | bits(1)
            if let symbol = code.symbol(length: length, value: value) { return symbol }
        }
        note("a code without a symbol")
        return HuffmanCode.endOfBlock
    }

    private mutating func readDynamicBlock() {
        let literalCount = bits(5) + 257
        let distanceCount = bits(5) + 1
        let lengthCount = bits(4) + 4
        var lengthLengths = [Int](repeating: 0, count: 19)
        for index in 0..<lengthCount { lengthLengths[HuffmanCode.lengthOrder[index]] = bits(3) }
        let code = HuffmanCode(lengths: lengthLengths)
        var lengths: [Int] = []
        var runs: [CodeLengthRun] = []
        while lengths.count < literalCount + distanceCount {
            let run: CodeLengthRun
            switch symbol(code) {
            case 16: run = CodeLengthRun(length: lengths.last ?? 0, count: bits(2) + 3, isRun: true)
            case 17: run = CodeLengthRun(length: 0, count: bits(3) + 3, isRun: true)
            case 18: run = CodeLengthRun(length: 0, count: bits(7) + 11, isRun: true)
            case let length: run = CodeLengthRun(length: length, count: 1, isRun: false)
            }
            runs.append(run)
            lengths += [Int](repeating: run.length, count: run.count)
        }
        let literals = Array(lengths[..<literalCount])
        let distances = Array(lengths[literalCount...])
        // zlib and its relatives begin a new run with the distances, Go does not.
        guard runs == CodeLengthRun.runs(of: [literals, distances]) || runs == CodeLengthRun.runs(of: [lengths]) else {
            return note("code lengths in an unusual form")
        }
        readTokens(literals: HuffmanCode(lengths: literals), distances: HuffmanCode(lengths: distances))
    }

    private mutating func readTokens(literals: HuffmanCode, distances: HuffmanCode) {
        let start = content.count
        while bit < bytes.count * 8 {
            let token = symbol(literals)
            if token == HuffmanCode.endOfBlock {
                if content.count == start { note("an empty block") }
                return
            }
            if token < 256 {
                content.append(UInt8(token))
                continue
            }
            guard let (lengthBase, lengthBits) = HuffmanCode.lengthRange(token) else { return note("a wrong length") }
            let length = lengthBase + bits(lengthBits)
            if length == 258 && lengthBits > 0 { note("length 258 in its longer form") }
            guard let (base, extra) = HuffmanCode.distanceRange(symbol(distances)) else {
                return note("a wrong distance")
            }
            let distance = base + bits(extra)
            guard distance <= content.count else { return note("a distance before the beginning") }
            copy(length, from: distance)
        }
    }

    private mutating func copy(_ length: Int, from distance: Int) {
        let start = content.count
        for _ in 0..<length { content.append(content[content.count - distance]) }
        guard hasNearestMatches else { return }
        for nearer in 1..<max(1, distance) {
            var same = 0
            while same < length && content[start + same] == content[start + same - nearer] { same += 1 }
            searchBudget -= same + 1
            guard same < length, searchBudget > 0 else {
                hasNearestMatches = false
                return
            }
        }
    }
}

/// One element of the code lengths of a dynamic block: a length, or a run of equal ones.
private struct CodeLengthRun: Equatable {
    let length: Int
    let count: Int
    let isRun: Bool

    /// The form that compressors give to code lengths: runs as long as they can be.
    static func runs(of lists: [[Int]]) -> [CodeLengthRun] {
        var result: [CodeLengthRun] = []
        for list in lists {
            var rest = list[...]
            while let length = rest.first {
                var count = rest.prefix { $0 == length }.count
                rest = rest.dropFirst(count)
                if length != 0 {
                    result.append(CodeLengthRun(length: length, count: 1, isRun: false))
                    count -= 1
                }
                let longest = length == 0 ? 138 : 6
                while count >= 3 {
                    let run = min(count, longest)
                    result.append(CodeLengthRun(length: length, count: run, isRun: true))
                    count -= run
                }
                result += [CodeLengthRun](
                    repeating: CodeLengthRun(length: length, count: 1, isRun: false), count: count)
            }
        }
        return result
    }
}

// MARK: - Codes

/// A canonical Huffman code, and deflate's tables.
private struct HuffmanCode {
    static let endOfBlock = 256
    static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    static let fixedLiterals = HuffmanCode(
        lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    static let fixedDistances = HuffmanCode(lengths: [Int](repeating: 5, count: 30))

    /// For each length: the value of its first code, and the symbols in order.
    private var first = [Int](repeating: 0, count: 16)
    private var symbols = [[Int]](repeating: [], count: 16)

    init(lengths: [Int]) {
        for (symbol, length) in lengths.enumerated() where length > 0 { symbols[length].append(symbol) }
        var code = 0
        for length in 1...15 {
            code = (code + symbols[length - 1].count) << 1
            first[length] = code
        }
    }

    func symbol(length: Int, value: Int) -> Int? {
        let index = value - first[length]
        return symbols[length].indices.contains(index) ? symbols[length][index] : nil
    }

    /// The smallest length of a symbol and its number of further bits.
    static func lengthRange(_ symbol: Int) -> (base: Int, bits: Int)? {
        switch symbol {
        case 257...264: return (symbol - 254, 0)
        case 265...284:
            let bits = (symbol - 261) / 4
            return (3 + (4 + (symbol - 261) % 4) << bits, bits)
        case 285: return (258, 0)
        default: return nil
        }
    }

    /// The smallest distance of a symbol and its number of further bits.
    static func distanceRange(_ symbol: Int) -> (base: Int, bits: Int)? {
        switch symbol {
        case 0...3: return (symbol + 1, 0)
        case 4...29:
            let bits = symbol / 2 - 1
            return (1 + (2 + symbol % 2) << bits, bits)
        default: return nil
        }
    }
}
