namespace Provisioner;

/// <summary>
/// Something that we did not make has the name of ours: a database, a server, a record in a zone. It is neither used nor
/// changed nor removed. Code <c>foreign_object</c>.
/// </summary>
/// <param name="what">The object with its kind and place, to begin a sentence with.</param>
/// <param name="mark">Where our own objects say that they are ours: <c>comment</c>, <c>labels</c>.</param>
public sealed class ForeignObjectException(string what, string mark, Exception? inner = null)
    : ProvisioningException("foreign_object", $"{what} exists, but its {mark} not say that this installation made it for this purpose. Find out whose it is; rename or remove it, then retry.", inner)
{
    /// <summary>A database or role, which would carry our comment.</summary>
    internal const string Comment = "comment does";

    /// <summary>An object in a cloud, which would carry our labels.</summary>
    public const string Labels = "labels do";
}
