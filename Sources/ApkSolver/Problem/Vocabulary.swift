package import ApkFormats

/// The names, versions and tags of a universe and those that only a request mentions.
///
/// A universe never changes, so what a request adds gets ids behind the universe's own.
package struct Vocabulary: Sendable {
    package let universe: Universe
    private var requestNames: [[UInt8]] = []
    private var requestVersions: [[UInt8]] = []
    private var requestTags: [String] = []

    package init(_ universe: Universe) { self.universe = universe }

    /// The number of names, those of requests included.
    package var nameCount: Int { universe.names.count + requestNames.count }

    /// The id of a name, new if nobody has mentioned it.
    package mutating func name(_ text: String) -> NameID {
        if let known = universe.name(text) { return known }
        let bytes = Array(text.utf8)
        if let known = requestNames.firstIndex(of: bytes) { return NameID(universe.names.count + known) }
        requestNames.append(bytes)
        return NameID(nameCount - 1)
    }

    package mutating func version(_ text: String) -> VersionID {
        if text.isEmpty { return .none }
        var text = text
        let known = text.withUTF8 { text in
            universe.text.withUnsafeBufferPointer { universe.versions.find(text, in: $0) }
        }
        if let known { return VersionID(known) }
        let bytes = Array(text.utf8)
        if let known = requestVersions.firstIndex(of: bytes) { return VersionID(universe.versions.count + known) }
        requestVersions.append(bytes)
        return VersionID(universe.versions.count + requestVersions.count - 1)
    }

    /// The id of a tag; nil stands for no tag.
    package mutating func tag(_ text: String?) -> Int {
        guard let text else { return 0 }
        if let known = universe.tags.firstIndex(of: text) { return known }
        if let known = requestTags.firstIndex(of: text) { return universe.tags.count + known }
        requestTags.append(text)
        return universe.tags.count + requestTags.count - 1
    }

    package mutating func requirement(_ dependency: Dependency) -> Requirement {
        let isBroken =
            dependency.relation.isIdentity
            ? Checksum(dependency.version) == nil
            : !dependency.relation.isAny && !Version.isValid(dependency.version)
        return Requirement(
            name: name(dependency.name), version: version(dependency.version), relation: dependency.relation,
            isBroken: isBroken)
    }

    /// The repositories that carry a tag, one bit each; none for an unknown tag.
    package func repositories(ofTag tag: Int) -> UInt32 {
        tag < universe.tagRepositories.count ? universe.tagRepositories[tag] : 0
    }

    /// The repositories that any of the tags in a set of tag ids allows.
    package func repositories(ofTags tags: UInt32) -> UInt32 {
        var result: UInt32 = 0
        var rest = tags
        while rest != 0 {
            result |= repositories(ofTag: rest.trailingZeroBitCount)
            rest &= rest - 1
        }
        return result
    }

    /// Calls `body` with the bytes of a name.
    func withBytes<Result>(of name: NameID, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let index = name.index - universe.names.count
        if index >= 0 { return requestNames[index].withUnsafeBufferPointer(body) }
        return universe.text.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[universe.names.range(name.index)]))
        }
    }

    /// Calls `body` with the bytes of a version.
    func withBytes<Result>(of version: VersionID, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let index = version.index - universe.versions.count
        if index >= 0 { return requestVersions[index].withUnsafeBufferPointer(body) }
        return universe.text.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[universe.versions.range(version.index)]))
        }
    }

    package func text(_ name: NameID) -> String { withBytes(of: name) { String(decoding: $0, as: UTF8.self) } }
    package func text(_ version: VersionID) -> String { withBytes(of: version) { String(decoding: $0, as: UTF8.self) } }
    package func text(tag: Int) -> String {
        tag < universe.tags.count ? universe.tags[tag] : requestTags[tag - universe.tags.count]
    }

    /// How one version stands to another; texts that are the same need no look.
    package func order(_ left: VersionID, _ right: VersionID, fuzzy: Bool = false) -> VersionOrder {
        if left == right { return .equal }
        return withBytes(of: left) { left in withBytes(of: right) { compareVersions(left, $0, fuzzy: fuzzy) } }
    }

    /// Whether a provider of the requirement's name meets it.
    ///
    /// - Parameters:
    ///   - provider: nil for no package at all, which meets exactly the conflicts.
    ///   - owner: the package that has the requirement; it never conflicts with itself. nil for a world.
    package func satisfies(_ requirement: Requirement, _ provider: Provider?, owner: PackageID?) -> Bool {
        guard let provider else { return requirement.isConflict }
        if requirement.isConflict, provider.package == owner { return true }
        let relation = requirement.relation
        if relation.isAny { return !requirement.isConflict }
        if relation.isIdentity {
            return withBytes(of: requirement.version) {
                Checksum($0)?.identity == universe.packages[provider.package.index].identity
            }
        }
        let order = order(provider.version, requirement.version, fuzzy: relation.contains(.fuzzy))
        return (relation.rawValue & order.rawValue != 0) != requirement.isConflict
    }
}

extension Universe {
    /// The id of a name; nil if no package is called so, provides or mentions it.
    public func name(_ text: String) -> NameID? {
        var name = text
        let found = name.withUTF8 { name in self.text.withUnsafeBufferPointer { names.find(name, in: $0) } }
        return found.map { NameID($0) }
    }
}
