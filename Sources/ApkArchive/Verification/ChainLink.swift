/// One link of the chain from a trusted key to the bytes of a package or an index, and what became of it.
public struct ChainLink: Hashable, Sendable {
    /// Links in their order. Raw values are API: they appear in JSON.
    public enum Kind: String, Hashable, Sendable {
        /// That the file is put together as a package or an index is. Only listed where it is not.
        case structure
        /// The signature of the file itself.
        case signature
        /// The digest of the control segment, as the signed index gives it (`C:`).
        case identity
        /// The size of the file, as the signed index gives it (`S:`).
        case size
        /// Name, version and architecture, as the index gives them or as they must be by themselves.
        case metadata
        /// The digest of the data segment, as the control segment gives it (`datahash`).
        case data
        /// The digests of the files, as their entries give them, and what else is to be true of each entry.
        case files
        /// That the records of an index can be read.
        case records
    }

    /// What became of a link. Raw values are API: they appear in JSON.
    public enum Outcome: String, Hashable, Sendable {
        /// It holds.
        case proved
        /// It is not there, and another link stands for it.
        case notNeeded = "not-needed"
        /// It does not hold, and the policy accepts that (`allowUntrusted`).
        case untrusted
        /// It does not hold.
        case failed
    }

    public var kind: Kind
    public var outcome: Outcome
    /// What proves it: a key's name, a digest, a count. Words for people are made by the commands.
    public var detail: String
}
