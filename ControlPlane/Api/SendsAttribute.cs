namespace ControlPlane.Api;

/// <summary>Names the request that an endpoint sends.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SendsAttribute(Type request, Type answer, int status) : Attribute
{
    public Type Request { get; } = request;

    public Type Answer { get; } = answer;

    /// <summary>HTTP status of success.</summary>
    public int Status { get; } = status;
}
