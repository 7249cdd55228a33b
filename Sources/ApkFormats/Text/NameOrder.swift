/// Whether the name `left` comes before `right` in apk's lists: upper and lower case of ASCII letters alike, names
/// that differ in nothing else by their bytes (a world, an installed database, an index).
package func isNameOrdered(_ left: some Sequence<UInt8>, before right: some Sequence<UInt8>) -> Bool {
    var leftBytes = left.makeIterator()
    var rightBytes = right.makeIterator()
    var tie = false
    var isTieDecided = false
    while true {
        switch (leftBytes.next(), rightBytes.next()) {
        case (let a?, let b?):
            if a == b { continue }
            let lowerA = lowercased(a)
            let lowerB = lowercased(b)
            if lowerA != lowerB { return lowerA < lowerB }
            if !isTieDecided {
                tie = a < b
                isTieDecided = true
            }
        case (nil, _?): return true
        case (_?, nil): return false
        case (nil, nil): return tie
        }
    }
}

private func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte }
