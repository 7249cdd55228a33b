/// A text without the credentials of the URLs in it: `http://user:secret@host` becomes `http://user:*@host`, and a
/// user without a password, who may be a token, becomes `*`.
///
/// Everything that shows a URL, a log, an error, JSON or a lock, shows what this returns.
public func redactingCredentials(in text: String) -> String {
    replacingCredentials(in: text) { userInfo in
        let user = userInfo.prefix { $0 != UInt8(ascii: ":") }
        return (user.count < userInfo.count ? user + [UInt8(ascii: ":")] : []) + Array("*@".utf8)
    }
}

/// A text whose URLs have no credentials: `http://user:secret@host` becomes `http://host`, for what is to work as a URL
/// for somebody who has credentials of his own.
public func removingCredentials(in text: String) -> String { replacingCredentials(in: text) { _ in [] } }

/// Puts something else in the place of user, password and `@` of each URL.
///
/// - Parameter replacement: is given what stands there, without the `@`.
private func replacingCredentials(
    in text: String, with replacement: (_ userInfo: ArraySlice<UInt8>) -> ArraySlice<UInt8>
) -> String {
    var rest = Array(text.utf8)[...]
    var replaced: [UInt8] = []
    while let scheme = rest.indices.dropLast(2).first(where: { rest[$0...].starts(with: "://".utf8) }) {
        replaced += rest[..<(scheme + 3)]
        rest = rest[(scheme + 3)...]
        let word = rest.prefix { $0 > 0x20 }
        guard let end = userInfoEnd(in: word) else { continue }
        replaced += replacement(word[..<end])
        rest = rest[(end + 1)...]
    }
    return String(decoding: replaced + rest, as: UTF8.self)
}

/// Where the `@` stands that ends user and password; nil where a URL has neither.
private func userInfoEnd(in url: ArraySlice<UInt8>) -> Int? {
    let authorityEnd = url.firstIndex { "/?#".utf8.contains($0) } ?? url.endIndex
    let authority = url[..<authorityEnd]
    if let end = authority.lastIndex(of: UInt8(ascii: "@")) { return end }
    // A slash in a password ends the authority too early: what follows the colon is then no port.
    guard authority.first != UInt8(ascii: "["), let colon = authority.firstIndex(of: UInt8(ascii: ":")),
        !authority[(colon + 1)...].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    else { return nil }
    return url.lastIndex(of: UInt8(ascii: "@"))
}

/// A line that could not be read, without what may be credentials: there need not be a `://` in it.
func redactingCredentials(inMalformed line: String) -> String {
    let words = redactingCredentials(in: line).split(separator: " ", omittingEmptySubsequences: false)
    return words.map { word in
        guard !word.contains("://"), let colon = word.firstIndex(of: ":"), let end = word.lastIndex(of: "@"),
            colon < end
        else { return String(word) }
        return word[...colon] + "*" + word[end...]
    }.joined(separator: " ")
}
