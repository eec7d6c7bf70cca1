using MediatR;

namespace ControlPlane.Api;

/// <summary>A request that changes nothing; it runs without a transaction.</summary>
public abstract record Query<TAnswer> : Message, IRequest<TAnswer>;
