/// Clauses of three and more literals, one behind the other in one array of words.
///
/// A clause is three words of header and then its literals. Word 0 holds the number of literals and the flags, word 1
/// the number of decision levels the clause spanned when it was learned (its glue), word 2 where the search for a
/// replacement watch last ended: long clauses ("some of 250 versions") would else be scanned from the start each time
/// one of their literals becomes false. The first two literals are the watched ones.
struct ClauseArena: Sendable {
    /// The position of a clause's first word.
    typealias Reference = UInt32

    static let headerWords = 3
    private static let learnedFlag: UInt32 = 1
    private static let deletedFlag: UInt32 = 2
    private static let movedFlag: UInt32 = 4
    private static let flagBits: UInt32 = 3

    var words: [UInt32] = []
    /// Words of deleted clauses.
    private(set) var wasted = 0

    /// Appends a clause.
    ///
    /// - Parameter glue: the clause's number of decision levels; 0 for a clause of the caller.
    mutating func append(_ literals: [Literal], learned: Bool, glue: Int = 0) -> Reference {
        precondition(words.count + Self.headerWords + literals.count <= Int(Reason.maximumPayload), "arena is full")
        let reference = Reference(words.count)
        words.append(UInt32(literals.count) << Self.flagBits | (learned ? Self.learnedFlag : 0))
        words.append(UInt32(glue))
        words.append(2)
        for literal in literals { words.append(literal.code) }
        return reference
    }

    /// Appends a clause that lasts until the next compaction; word 1 holds the sum that it explains.
    mutating func appendExplanation(_ literals: [Literal], ofSum sum: Int) -> Reference {
        let reference = append(literals, learned: true, glue: sum)
        delete(reference)
        return reference
    }

    @inline(__always)
    func count(_ reference: Reference) -> Int { Int(words[Int(reference)] >> Self.flagBits) }

    @inline(__always)
    func isLearned(_ reference: Reference) -> Bool { words[Int(reference)] & Self.learnedFlag != 0 }

    @inline(__always)
    func isDeleted(_ reference: Reference) -> Bool { words[Int(reference)] & Self.deletedFlag != 0 }

    @inline(__always)
    func glue(_ reference: Reference) -> Int { Int(words[Int(reference) + 1]) }

    @inline(__always)
    func literal(_ position: Int, of reference: Reference) -> Literal {
        Literal(code: words[Int(reference) + Self.headerWords + position])
    }

    mutating func delete(_ reference: Reference) {
        words[Int(reference)] |= Self.deletedFlag
        wasted += Self.headerWords + count(reference)
    }

    /// Moves the clauses that are not deleted together, in their order, and leaves the old words in `old`, where
    /// ``newReference(of:in:)`` finds the new places.
    mutating func compact() -> [UInt32] {
        var old = words
        words = []
        words.reserveCapacity(old.count - wasted)
        var position = 0
        while position < old.count {
            let size = Self.headerWords + Int(old[position] >> Self.flagBits)
            if old[position] & Self.deletedFlag == 0 {
                let reference = UInt32(words.count)
                words.append(contentsOf: old[position..<position + size])
                old[position] |= Self.movedFlag
                old[position + 1] = reference
            }
            position += size
        }
        wasted = 0
        return old
    }

    /// The place of a clause after ``compact()``; nil if it was deleted.
    static func newReference(of reference: Reference, in old: [UInt32]) -> Reference? {
        old[Int(reference)] & movedFlag != 0 ? old[Int(reference) + 1] : nil
    }
}
